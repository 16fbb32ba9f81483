"""What the descriptor chooser says, in both languages."""

WORDS = {
    "en": {
        "description": "A tree of questions from left to right; the way of your answers is drawn "
        "thick and ends at a recommendation. Each end says its measured force error and time.",
        "answered": "{answer}: {said}",
        "count": ("1 element", "{n} elements"),
        "yes": "yes",
        "no": "no",
        "asks": {
            "forces": "force labels?",
            "error_bar": "error bars?",
            "elements": "≤ 3 elements?",
            "runs": "long CPU runs?",
            "metal": "a pure metal?",
            "frames": "≤ 300 frames?",
        },
        "options": {
            "linear": "functions, linear",
            "network": "functions + net",
            "gap": "SOAP + GAP",
            "invariant": "SchNet",
            "equivariant": "equivariant",
        },
        "control": {
            "forces": "labels hold forces",
            "error_bar": "one model must give error bars",
            "runs": "simulations and hardware",
            "elements": "elements",
            "frames": "labelled frames at hand",
            "label": "cost of a label, CPU",
            "system": "system",
            "long_range": "charges or slabs far apart matter",
        },
        "runs": {
            "short": "short runs on CPUs",
            "long": "long runs, many atoms, CPUs",
            "gpu": "a GPU",
        },
        "label": {"6": "6 s (ethanol)", "45": "45 s (small slab)", "3600": "1 h (large cell)"},
        "system": {
            "molecule": "one molecule",
            "metal": "metal or alloy",
            "solid": "another crystal",
            "surface": "reactions on a surface",
        },
        "or more": "{n} or more",
        "because": {
            "forces yes": "Force labels are there: 3N numbers a frame in place of one.",
            "forces no": "Without force labels a frame is one number: only models with few free "
            "numbers stay tied down (20 functions, energies alone: 2.3 meV/atom on copper, 9.3 on "
            "silicon, lesson 06).",
            "error_bar yes": "A Gaussian process brings its error bar along; others need several "
            "models.",
            "error_bar no": "No error bar asked of a single model.",
            "elements yes": "With {counted} SOAP has {soap} numbers and functions have "
            "{functions}: affordable.",
            "elements no": "With {counted} SOAP has {soap} numbers and functions have "
            "{functions}; a network's {net} do not grow.",
            "runs yes": "Long runs on CPUs: the time per atom and step decides.",
            "runs no": "Time per step does not decide: runs are short or a GPU is there (not "
            "measured here).",
            "metal yes": "In a pure metal radial functions do most of the work: with them "
            "alone 17 to "
            "20 µs an atom and step (lesson 05).",
            "metal no": "Angles are needed, and then SchNet was as fast as functions with them.",
            "frames yes": "{frames} frames are few: here a smooth kernel was ahead.",
            "frames no": "{frames} frames: here the equivariant network had overtaken the kernel "
            "(14 against 17 meV/Å).",
        },
        "price": {
            "linear": "Price: its forces have not been checked, and every pair of elements adds "
            "functions.",
            "network": "Price: {error} on ethanol; parameters are chosen by hand, and G4 "
            "grows with the "
            "square of the neighbours (2.7 ms an atom at 8 Å).",
            "gap": "Price: {cost} µs an atom and growing with the elements; memory and fit grow "
            "with the sparse points.",
            "invariant": "Price: {error}, with angles only by way of several layers.",
            "equivariant": "Price: {cost} µs an atom, {ratio} times SchNet's here, and {training} "
            "CPU minutes of training against {fit} s for a GAP.",
        },
        "committee": "For the error bar train several: the price times their number.",
        "second": "Look next at {name}: {error}, {cost} µs an atom.",
        "unlearnt": "no forces learnt",
        "labels": "Labels at hand: {hours} CPU hours.",
        "half": "Half the error, if the curve goes on as from 100 to 950: {factor} times the "
        "frames, "
        "{hours} hours of labels.",
        "surface": "On a surface frames must hold every site and every step of the reaction; "
        "ethanol's errors say nothing of that.",
        "metal": "On copper the order was the same: GAP 8.9, functions + net 18 meV/Å (mlearn).",
        "solid": "On silicon angles decide: without them errors were three times as large (lesson "
        "06).",
        "molecule": "Errors are those of one molecule near 500 K.",
        "long_range yes": "Beware: none of these sees beyond its cutoff (a network of L layers: "
        "L cutoffs); charges need a term of their own.",
        "recommend": "Begin with {name}.",
        "measured": "{error:.0f} meV/Å",
        "header": (
            "option",
            "numbers an atom",
            "error, meV/Å ({frames} frames)",
            "time, µs an atom",
            "training, CPU s",
            "half the error: frames ×",
        ),
        "join": " ",
    },
    "ja": {
        "description": "左から右へ進む質問の木です。答えの道筋を太い線で描き、その先に"
        "推奨する方法があります。どの端にも、測定した力の誤差と計算時間を示します。",
        "answered": "{answer}：{said}",
        "count": ("1 種", "{n} 種"),
        "yes": "はい",
        "no": "いいえ",
        "asks": {
            "forces": "力のラベル？",
            "error_bar": "誤差の見積り？",
            "elements": "元素 3 種以下？",
            "runs": "CPU で長時間？",
            "metal": "純金属？",
            "frames": "300 配置以下？",
        },
        "options": {
            "linear": "関数＋1 次式",
            "network": "関数＋ネット",
            "gap": "SOAP＋GAP",
            "invariant": "SchNet",
            "equivariant": "同変ネット",
        },
        "control": {
            "forces": "ラベルに力がある",
            "error_bar": "1 つのモデルで誤差も見積もる",
            "runs": "シミュレーションとコンピュータ",
            "elements": "元素の種類",
            "frames": "手もとのラベル付き配置",
            "label": "ラベル 1 つの CPU 時間",
            "system": "系",
            "long_range": "電荷など遠くの相互作用が重要",
        },
        "runs": {
            "short": "CPU で短い計算",
            "long": "CPU で長く、原子も多い",
            "gpu": "GPU がある",
        },
        "label": {
            "6": "6 秒（エタノール）",
            "45": "45 秒（小さな表面）",
            "3600": "1 時間（大きなセル）",
        },
        "system": {
            "molecule": "1 個の分子",
            "metal": "金属や合金",
            "solid": "ほかの結晶",
            "surface": "表面での反応",
        },
        "or more": "{n} 種以上",
        "because": {
            "forces yes": "力のラベルがあるので、1 配置から 1 個でなく 3N 個の数が得られます。",
            "forces no": "力のラベルがないと、1 配置から得られる数は 1 個だけで、自由なパラメータが"
            "少ないモデルしか決まりません（関数 20 個、エネルギーだけで、銅 2.3、ケイ素 9.3 "
            "meV/atom。レッスン 06）。",
            "error_bar yes": "ガウス過程は、誤差の見積りも同時に与えます。ほかの方法では、複数の"
            "モデルが必要です。",
            "error_bar no": "1 つのモデルで誤差を見積もる必要はありません。",
            "elements yes": "元素が {counted}なら、SOAP の数は {soap} 個、対称性関数は "
            "{functions} 個で、無理のない大きさです。",
            "elements no": "元素が {counted}だと、SOAP の数は {soap} 個、対称性関数は "
            "{functions} 個になります。ネットワークの {net} 個は増えません。",
            "runs yes": "CPU での長い計算では、1 原子・1 ステップの時間が決め手です。",
            "runs no": "1 ステップの時間は決め手になりません（計算が短いか、GPU があるため。GPU "
            "はここでは測っていません）。",
            "metal yes": "純金属では、動径関数だけでかなりのことができ、計算時間は "
            "1 原子・1 ステップ 17 〜 20 µs です（レッスン 05）。",
            "metal no": "角度が必要です。角度を含めると、SchNet "
            "は対称性関数と同じくらい速くなります。",
            "frames yes": "{frames} 配置は少なく、ここではなめらかなカーネルが優勢でした。",
            "frames no": "{frames} 配置では、同変ネットワークがカーネルを追い越しました（14 と "
            "17 meV/Å）。",
        },
        "price": {
            "linear": "代償：力の精度は確かめていません。元素の組が増えるたびに関数も増えます。",
            "network": "代償：{error}。パラメータは人が選び、G4 の手間は隣接原子の数の 2 乗で"
            "増えます（8 Å では 1 原子 2.7 ms）。",
            "gap": "代償：1 原子 {cost} µs で、元素とともに増えます。メモリと当てはめの手間は"
            "スパース点とともに増えます。",
            "invariant": "代償：{error}。角度は、何層も重ねて間接的に見るだけです。",
            "equivariant": "代償：1 原子 {cost} µs（ここでは SchNet の {ratio} 倍）、訓練は CPU "
            "時間で {training} 分（GAP は {fit} 秒）。",
        },
        "committee": "誤差を見積もるには複数のモデルを訓練します。代償もその数だけ倍になります。",
        "second": "次に試すのは{name}です（{error}、1 原子 {cost} µs）。",
        "unlearnt": "力は学習していない",
        "labels": "手もとのラベルは CPU 時間で {hours} 時間分です。",
        "half": "100 〜 950 配置の曲線がこのまま続けば、誤差を半分にするには配置が {factor} "
        "倍、ラベルは "
        "{hours} 時間分必要です。",
        "surface": "表面では、すべての吸着位置と反応の各段階が配置に含まれていなければなりません。"
        "エタノールの誤差は、それについて何も教えません。",
        "metal": "銅でも順序は同じで、GAP は 8.9、関数＋ネットは 18 meV/Å でした（mlearn）。",
        "solid": "ケイ素では角度が決め手で、なければ誤差は 3 倍でした（レッスン 06）。",
        "molecule": "誤差は、500 K 付近の 1 個の分子についてのものです。",
        "long_range yes": "注意：どの方法も、カットオフ（L 層のネットワークではその L 倍）より先は"
        "見えません。電荷には別の項が必要です。",
        "recommend": "まず{name}から始めます。",
        "measured": "{error:.0f} meV/Å",
        "header": (
            "方法",
            "1 原子を表す数の個数",
            "誤差 meV/Å（{frames} 配置）",
            "時間 µs/原子",
            "訓練 CPU 秒",
            "誤差を半分にする配置の倍率",
        ),
        "join": "",
    },
}
