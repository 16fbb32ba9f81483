"""The chapter's problem 2 in words: reasons for the plan, marked by a person."""

from __future__ import annotations

from mlp_teach.grading.exercise import Criterion, Text, Written

METHANOL_REASONS = Written(
    "ps4_methanol_reasons",
    Text("Methanol on copper: the reasons", "銅の上のメタノール：計画の理由"),
    (
        Criterion(
            1,
            Text(
                "Says for three of the five kinds what they teach in this reaction, with species, "
                "sites or defects by name",
                "5 種類のうち 3 種類以上について、この反応で何を教えるかを、"
                "化学種、サイト、欠陥の名を挙げて述べている",
            ),
        ),
        Criterion(
            1,
            Text(
                "Does so for all five; says that transition states come from paths, since dynamics "
                "hardly visits them",
                "5 種類すべてについて述べている。分子動力学がほとんど訪れない遷移状態を、"
                "反応経路から得ることに触れている",
            ),
        ),
        Criterion(
            1,
            Text(
                "Spaces frames by the correlation time, and counts every step of DFT dynamics as a "
                "calculation, or avoids them (a quick method draws, DFT labels)",
                "フレームの間隔を相関時間から決め、DFT の分子動力学の全ステップを計算回数に"
                "数えている（または、速い方法で配置を作って DFT でラベルを付け、費用を避けている）",
            ),
        ),
        Criterion(
            1,
            Text(
                "Splits by whole trajectories, paths and copies, because neighbours in time know "
                "each other's answers",
                "時間的に近いフレームは互いの答えを知っているという理由で、軌跡、経路、写しを"
                "丸ごと分けている",
            ),
        ),
        Criterion(
            1,
            Text(
                "Judges by barriers or adsorption energies against the same DFT, with a limit that "
                "has a reason; not by an overall MAE alone",
                "障壁か吸着エネルギーを同じ DFT の値と比べ、根拠のある限度を示している。"
                "全体の MAE だけで判断していない",
            ),
        ),
        Criterion(
            1,
            Text(
                "Says what a run of nanoseconds cannot show (rare events, with a number), and what "
                "is done when it leaves the training data",
                "ナノ秒の計算ではわからないこと（まれな現象）を数値とともに述べ、"
                "訓練データの外に出たときの対処を述べている",
            ),
        ),
        Criterion(
            1,
            Text(
                "Checks one statement of the chapter's plan with a correct calculation: events "
                "need a barrier of 0.43 to 0.50 eV; 3 days mean 41 µs for an atom and a step of "
                "0.5 fs (the chapter's rate: 6 to 19 days); or H + H → H₂ is missing in its paths",
                "もとの章の計画の 1 つを、正しい計算で確かめている（反応の回数には障壁 "
                "0.43〜0.50 eV が必要。3 日なら 0.5 fs 刻みで 1 原子・1 ステップ 41 µs で、"
                "章の見積もりでは 6〜19 日。または、経路に H + H → H₂ がない）",
            ),
        ),
    ),
)
