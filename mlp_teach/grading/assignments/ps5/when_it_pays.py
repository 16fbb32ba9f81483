"""The written answer: when does active learning pay?"""

from __future__ import annotations

from mlp_teach.grading.exercise import Criterion, Text, Written

WHEN_IT_PAYS = Written(
    "ps5_when_it_pays",
    Text("When does it pay?", "いつ得をするか"),
    (
        Criterion(
            2,
            Text(
                "Money hangs on the labels saved and on the price of a label against that of the "
                "GPU (1), with a number worked out, such as 0.6 cents a node-hour (1).",
                "費用は、節約できるラベルの数と、GPU に対するラベルの価格で決まる（1 点）。"
                "計算した数（1 ノード時間 0.6 セントなど）を示している（1 点）。",
            ),
        ),
        Criterion(
            2,
            Text(
                "The saving in labels was put in; one case of gain and one of loss (1). It is "
                "found out by running chance beside the loop, with several seeds (1).",
                "ラベルの節約は仮定であるとし、得をした例と損をした例を挙げている（1 点）。"
                "無作為な選び方と並べ、いくつかの種で確かめるとしている（1 点）。",
            ),
        ),
        Criterion(
            1,
            Text(
                "Rounds wait for each other, so that time is not saved as labels are; or: what is "
                "saved hangs on A's planning.",
                "反復は順番を待つので、時間はラベルほど節約できない。または、時間の節約は "
                "A の計画の日数で決まると述べている。",
            ),
        ),
        Criterion(
            1,
            Text(
                "Sure is not right: labelled structures that nobody trains on decide.",
                "自信があることと正しいことを区別し、訓練に使わないラベル付きの構造で判断している。",
            ),
        ),
        Criterion(
            1,
            Text(
                "An advice for a stated kind of project that follows from what was said.",
                "どんなプロジェクトについてかを述べ、根拠に基づいて勧めている。",
            ),
        ),
    ),
)
