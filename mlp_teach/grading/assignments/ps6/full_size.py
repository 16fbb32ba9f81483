"""The report of a training at full size, which a person reads."""

from mlp_teach.grading.exercise import Criterion, Text, Written

REPORT = Written(
    "ps6_report",
    Text("At full size: the report", "実際の規模で：レポート"),
    (
        Criterion(
            2,
            Text(
                "What was run: data and split, seed, model, steps, precision, device, versions and "
                "time, enough to repeat it",
                "何を実行したか：データと分割、種、モデル、ステップ数、精度、デバイス、バージョン、"
                "時間が書かれ、同じことを繰り返せる",
            ),
        ),
        Criterion(
            2,
            Text(
                "Errors of the test part at every size, with units, and of the training part at "
                "the largest",
                "すべてのサイズでのテスト用データの誤差と、最大のサイズでの訓練データの誤差が、"
                "単位とともに書かれている",
            ),
        ),
        Criterion(
            2,
            Text(
                "The exponent, and a conclusion from it that heeds the errors of the training "
                "part, the numbers of steps and of seeds, rather than an extrapolation",
                "指数が示され、外挿ではなく、訓練データの誤差、ステップ数、種の数を考えた結論がある",
            ),
        ),
        Criterion(
            2,
            Text(
                "One figure of others, compared by quantity, unit, mean, number of frames and "
                "data; where they differ, it says so",
                "他の値 1 つとの比較で、量、単位、平均のとり方、配置の数、データを照らし合わせ、"
                "違いがあれば述べている",
            ),
        ),
        Criterion(
            1,
            Text(
                "One thing that these errors do not show",
                "この誤差からはわからないことを 1 つ挙げている",
            ),
        ),
    ),
)
