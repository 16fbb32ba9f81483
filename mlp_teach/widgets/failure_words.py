"""What the failure gallery says: of each failure what is seen, what finds it and what cures it."""

WORDS = {
    "en": {
        "description": {
            "explosion": "Total energy and temperature of a cluster of thirteen copper atoms "
            "against time, with a time step to choose and with one of 4 fs.",
            "hole": "Energy of two atoms against their distance, as it is, as radial functions "
            "fitted it, and with a wall beneath them; and a collision under the three.",
            "swirl": "A map of an atom in its cage with the error of its forces, and its total "
            "energy against time, for an error that is no gradient and for one that is.",
            "mean": "Energy of several copies of a molecule, and one bond that vibrates, for an "
            "energy that is a mean over atoms and for one that is a sum.",
        },
        "choice": "failure",
        "failure": {
            "explosion": "the run explodes",
            "hole": "a hole in the energy",
            "swirl": "forces without an energy",
            "mean": "a mean instead of a sum",
        },
        "dial": "dial",
        "value": {
            "explosion": "time step: {} fs",
            "hole": "kinetic energy from afar: {} eV",
            "swirl": "error of the force: {} meV/Å",
            "mean": "copies: {}",
        },
        "titles": {
            "explosion": ("|E − E(0)| (meV/atom)", "Temperature (1000 K)"),
            "hole": ("Energy of two atoms (eV)", "A collision: r (Å)"),
            "swirl": ("Errors of the force; first and last round", "E − E(0) (meV)"),
            "mean": ("E(n copies) / E(1 copy)", "A bond (Å)"),
        },
        "rows": {
            "explosion": ("{} fs", "{} fs"),
            "hole": ("fit", "with a wall"),
            "swirl": ("no gradient", "a gradient"),
            "mean": ("mean", "sum"),
        },
        "truth": "truth",
        "labels": "labels",
        "time": "t (ps)",
        "distance": "r (Å)",
        "copies": "n",
        "numbers": {
            "explosion": ("largest |E − E(0)| (meV/atom)", "highest temperature (K)"),
            "hole": ("error on its labels (meV)", "closest approach (Å)"),
            "swirl": ("E − E(0) after 3 ps (meV)", "work once round the circle (meV)"),
            "mean": ("E(2 copies) − 2 E(1 copy) (eV)", "the bond's time there and back (fs)"),
        },
        "then": "{text} Cure: {cure}",
        "found": "what finds it",
        "words": "in words",
        "header": ("", "fails", "does right"),
        "summary": {
            "explosion": "Steps of {value} fs: E is off by up to {a0} meV/atom and the temperature "
            "reaches {b0} K; with 4 fs {a1} meV/atom and {b1} K.",
            "hole": "{value} eV: the atoms come as close as {b0} Å, with a wall {b1} Å, in truth "
            "{b2} Å; the fit misses its labels by {a0} meV at most.",
            "swirl": "Forces wrong by {value} meV/Å: in 3 ps E changes by {a0} meV where the error "
            "is no gradient, by {a1} meV where it is; once round the circle the work is {b0} and "
            "{b1} meV.",
            "mean": "n = {value}: the energy is {n0} times that of one copy as a mean, {n1} times "
            "as a sum; the bond swings in {b0} and {b1} fs.",
        },
        "why": {
            "explosion": {
                "seen": "Energy and temperature rise by powers of ten within a picosecond.",
                "found": "No law of mlp_teach.checks, for the potential is right: with half the "
                "step the fluctuation of E falls to a quarter, or the step was too long.",
                "cure": "A time step below a twentieth of the fastest vibration's period.",
            },
            "hole": {
                "seen": "Fast atoms fly into each other, though the fit is right to a meV on all "
                "of its labels.",
                "found": "No law of mlp_teach.checks, for this is a smooth energy; the training "
                "domain does, which knows the closest approach in the data.",
                "cure": "Labels at short distances, or a known repulsion beneath the fit.",
            },
            "swirl": {
                "seen": "The atom goes in ever wider circles and its energy grows all the time.",
                "found": "checks.forces: the forces are not the slope of an energy; and the work "
                "on a closed way, which is not zero.",
                "cure": "Forces as the slope of one energy.",
            },
            "mean": {
                "seen": "All is right for one copy; with n of them, however far apart, the energy "
                "stays and forces are divided by n.",
                "found": "checks.far_fragments: two parts out of each other's reach do not add up.",
                "cure": "Sum the atoms' energies, and divide by their number only to compare.",
            },
        },
    },
    "ja": {
        "description": {
            "explosion": "銅の原子 13 個のクラスターの全エネルギーと温度の時間変化。"
            "選んだ時間刻みと 4 fs を比べます。",
            "hole": "2 個の原子のエネルギーと距離の関係。真の曲線、動径関数のフィット、"
            "下に壁を置いたフィットと、それぞれでの衝突を示します。",
            "swirl": "籠の中の原子に働く力の誤差の地図と、全エネルギーの時間変化。"
            "誤差が勾配でない場合と、勾配である場合を比べます。",
            "mean": "1 つの分子の写しをいくつか置いたときのエネルギーと、振動する結合。"
            "エネルギーが原子の平均の場合と、和の場合を比べます。",
        },
        "choice": "失敗",
        "failure": {
            "explosion": "計算が発散する",
            "hole": "エネルギーの穴",
            "swirl": "エネルギーのない力",
            "mean": "和でなく平均",
        },
        "dial": "つまみ",
        "value": {
            "explosion": "時間刻み：{} fs",
            "hole": "遠くでの運動エネルギー：{} eV",
            "swirl": "力の誤差：{} meV/Å",
            "mean": "分子の数：{}",
        },
        "titles": {
            "explosion": ("|E − E(0)|（meV/atom）", "温度（1000 K）"),
            "hole": ("2 原子のエネルギー（eV）", "衝突：r（Å）"),
            "swirl": ("力の誤差と、最初と最後の 1 周", "E − E(0)（meV）"),
            "mean": ("E(n 個) / E(1 個)", "結合の長さ（Å）"),
        },
        "rows": {
            "explosion": ("{} fs", "{} fs"),
            "hole": ("フィット", "壁を置く"),
            "swirl": ("勾配でない", "勾配である"),
            "mean": ("平均", "和"),
        },
        "truth": "真の値",
        "labels": "ラベル",
        "time": "t（ps）",
        "distance": "r（Å）",
        "copies": "n",
        "numbers": {
            "explosion": ("|E − E(0)| の最大値（meV/atom）", "最高温度（K）"),
            "hole": ("ラベルでの誤差（meV）", "最も近づいた距離（Å）"),
            "swirl": ("3 ps 後の E − E(0)（meV）", "円を 1 周する仕事（meV）"),
            "mean": ("E(2 個) − 2 E(1 個)（eV）", "結合が 1 往復する時間（fs）"),
        },
        "then": "{text}直し方：{cure}",
        "found": "見つけ方",
        "words": "ことばで",
        "header": ("", "失敗", "正しい"),
        "summary": {
            "explosion": "時間刻み {value} fs：E のずれは最大 {a0} meV/atom、温度は {b0} K まで"
            "上がります。4 fs なら {a1} meV/atom と {b1} K です。",
            "hole": "{value} eV：原子は {b0} Å まで近づきます。壁を置くと {b1} Å、真の値は {b2} Å"
            "です。ラベルでのフィットの誤差は最大 {a0} meV です。",
            "swirl": "力の誤差 {value} meV/Å：3 ps での E の変化は、誤差が勾配でないとき {a0} meV、"
            "勾配であるとき {a1} meV です。円を 1 周する仕事は {b0} meV と {b1} meV です。",
            "mean": "n = {value}：エネルギーは 1 個のときの、平均なら {n0} 倍、和なら {n1} 倍です。"
            "結合は {b0} fs と {b1} fs で 1 往復します。",
        },
        "why": {
            "explosion": {
                "seen": "1 ps のうちに、エネルギーと温度が何桁も上がります。",
                "found": "ポテンシャルは正しいので、mlp_teach.checks の法則では見つかりません。"
                "時間刻みを半分にすると E のゆらぎは 4 分の 1 になり、"
                "そうならなければ長すぎたのです。",
                "cure": "時間刻みを、最も速い振動の周期の 20 分の 1 より短くします。",
            },
            "hole": {
                "seen": "どのラベルにも 1 meV 以内で合うのに、速い原子は互いの中へ飛び込みます。",
                "found": "なめらかなエネルギーなので、mlp_teach.checks の法則では見つかりません。"
                "データで最も近い距離を知っている訓練領域が見つけます。",
                "cure": "近い距離のラベルを加えるか、フィットの下に既知の反発を置きます。",
            },
            "swirl": {
                "seen": "原子の描く円が広がり、エネルギーが増え続けます。",
                "found": "checks.forces で、力がエネルギーの傾きでないとわかります。"
                "閉じた経路を 1 周する仕事も 0 になりません。",
                "cure": "力を、1 つのエネルギーの傾きとして求めます。",
            },
            "mean": {
                "seen": "1 個なら正しいのに、n 個になると、どれほど離れていても"
                "エネルギーは増えず、力は n 分の 1 になります。",
                "found": "checks.far_fragments で、互いに届かない 2 つの部分のエネルギーが"
                "足し算にならないとわかります。",
                "cure": "原子のエネルギーを足し合わせます。原子数で割るのは、比べるときだけです。",
            },
        },
    },
}
