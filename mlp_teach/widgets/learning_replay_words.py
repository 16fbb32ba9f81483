"""What the replay of active learning says, in both languages."""

WORDS = {
    "en": {
        "description": "A recorded run of active learning: a map of the pool, the learning curve "
        "beside that of chance, and the largest uncertainty of each round with a threshold.",
        "round": "round",
        "of": "round: {round} of {last}",
        "threshold": "threshold",
        "map": "{title}: {n} structures, alike ones close together",
        "labelled": "labelled",
        "sure": "sure",
        "unsure": "unsure",
        "new": "chosen",
        "curve": "mean and range of {n} runs",
        "active": "active",
        "random": "by chance",
        "this": "this run",
        "labels": "labels",
        "uncertainty": "largest uncertainty / eV Å⁻¹",
        "stop": "would stop",
        "header": (
            "round",
            "labels",
            "{error} / {unit}",
            "by chance",
            "largest uncertainty / eV Å⁻¹",
            "asked for",
        ),
        "unknown": "not known",
        "now": "Round {round}: {labels} labels, {error} {value} {unit} (by chance {chance}); "
        "{new} structures are asked for.",
        "stops": "With a threshold of {threshold} eV/Å the loop stops in round {stop}, with "
        "{stop_labels} labels and {stop_error} {unit}.",
        "never": "No round of this run comes below a threshold of {threshold} eV/Å.",
    },
    "ja": {
        "description": "記録された能動学習の実行です。プールの地図、学習曲線（無作為に選んだ場合と"
        "並べて）、各反復での最大の不確実性としきい値を示します。",
        "round": "反復",
        "of": "反復：{round} / {last}",
        "threshold": "しきい値",
        "map": "{title}：{n} 個の構造（似たものほど近い）",
        "labelled": "ラベル済み",
        "sure": "確実",
        "unsure": "不確実",
        "new": "今回選択",
        "curve": "{n} 回の実行の平均と範囲",
        "active": "能動学習",
        "random": "無作為",
        "this": "この実行",
        "labels": "ラベル数",
        "uncertainty": "最大の不確実性 / eV Å⁻¹",
        "stop": "停止する反復",
        "header": (
            "反復",
            "ラベル数",
            "{error} / {unit}",
            "無作為",
            "最大の不確実性 / eV Å⁻¹",
            "選ばれた構造",
        ),
        "unknown": "不明",
        "now": "反復 {round}：ラベル {labels} 個で {error} は {value} {unit}（無作為では "
        "{chance}）。新たに {new} 個の構造を選びます。",
        "stops": "しきい値が {threshold} eV/Å なら、ループは反復 {stop} で停止し、ラベルは "
        "{stop_labels} 個、誤差は {stop_error} {unit} です。",
        "never": "この実行では、しきい値 {threshold} eV/Å を下回る反復はありません。",
    },
}
