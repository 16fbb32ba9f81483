"""Descriptors, architectures and pretrained potentials from 2007 to 2024, with what each is.

Facts of November 2026. `key` names the paper in course/references.bib. The first year is that of
the arXiv number where there is one (MACE-MP-0's was sent in on the last days of 2023), `published`
that of the journal or conference. `trained` is what the paper trains on; a number of structures
stands there only where we have seen it, in the paper or in the list of Matbench Discovery
(riebesell2023: data/training-sets.yml, models/). Errors are of two kinds, and only within a kind
may they be compared, with care:

- on ethanol, meV/Å: mean absolute error of forces after 950 + 50 frames of the revised MD17
  (christensen2020), as batatia2022 collects them in Table 1; "md17": of the first MD17;
- above the hull, meV/atom: mean absolute error of the energy of about 257,000 crystals relaxed by
  the potential (riebesell2023, models/).
"""

from __future__ import annotations

from dataclasses import dataclass

INPUTS = ("descriptor", "distances", "angles", "vectors", "tensors")
MPTRJ = "1,580,395"  # structures, of 145,923 materials


@dataclass(frozen=True)
class Entry:
    """One of them; what is written in two languages is (English, Japanese)."""

    name: str
    key: str
    authors: str
    arxiv: str  # its number, empty where there is none
    published: int | None  # None: in no journal or proceedings that we know of
    venue: str
    doi: str
    takes: str  # of INPUTS: what of the neighbours comes in
    idea: tuple[str, str]
    trained: tuple[str, str]
    error: float | None = None
    error_of: str = ""  # ethanol, md17 or hull
    file: str = ""  # in this library
    pretrained: bool = False  # weights for nearly all elements are the point

    @property
    def preprint(self) -> int | None:
        """Year of the arXiv number."""
        return 2000 + int(self.arxiv[:2]) if self.arxiv else None

    @property
    def first(self) -> int:
        """Year in which it could first be read."""
        return min(year for year in (self.preprint, self.published) if year)


ENTRIES = (
    Entry(
        "Behler-Parrinello",
        "behler2007",
        "J. Behler, M. Parrinello",
        "",
        2007,
        "Phys. Rev. Lett. 98, 146401",
        "10.1103/PhysRevLett.98.146401",
        "descriptor",
        (
            "The energy is a sum over atoms; each share comes from a small network that is fed "
            "functions of the distances and angles around its atom.",
            "エネルギーを原子ごとの和とし、各原子の寄与を、まわりの距離と角度の関数を"
            "入力とする小さなネットワークで表す。",
        ),
        ("bulk silicon, DFT", "バルクのシリコン（DFT）"),
        file="mlp_teach/models/behler_parrinello.py",
    ),
    Entry(
        "GAP",
        "bartok2010",
        "A. P. Bartók, M. C. Payne, R. Kondor, G. Csányi",
        "0910.1019",
        2010,
        "Phys. Rev. Lett. 104, 136403",
        "10.1103/PhysRevLett.104.136403",
        "descriptor",
        (
            "A Gaussian process in place of a network: like surroundings have like energies, and "
            "the model knows how unsure it is. At first with the bispectrum, not with SOAP.",
            "ネットワークの代わりにガウス過程を使う。似た環境は似たエネルギーをもち、"
            "予測の不確かさもわかる。当初の記述子は SOAP ではなくバイスペクトル。",
        ),
        ("bulk crystals, DFT", "バルクの結晶（DFT）"),
        18.1,
        "ethanol",
        "mlp_teach/models/gap.py",
    ),
    Entry(
        "SOAP",
        "bartok2013",
        "A. P. Bartók, R. Kondor, G. Csányi",
        "1209.3140",
        2013,
        "Phys. Rev. B 87, 184115",
        "10.1103/PhysRevB.87.184115",
        "descriptor",
        (
            "A descriptor: surroundings are compared by the overlap of their smeared densities, "
            "averaged over all rotations. GAP's usual one since.",
            "記述子。環境どうしを、ぼかした原子密度の重なりをすべての回転で平均して比べる。"
            "以後 GAP の標準になった。",
        ),
        ("small silicon clusters and the crystal", "小さなシリコンクラスターと結晶"),
        file="mlp_teach/descriptors/soap.py",
    ),
    Entry(
        "ANI-1",
        "smith2017",
        "J. S. Smith, O. Isayev, A. E. Roitberg",
        "1610.08935",
        2017,
        "Chem. Sci. 8, 3192",
        "10.1039/C6SC05720A",
        "descriptor",
        (
            "Symmetry functions that peak at a chosen angle and distance, a block for each pair of "
            "elements, and one potential for very many molecules.",
            "選んだ角度と距離で極大になる対称性関数を元素の組ごとに並べ、"
            "1 つのポテンシャルで非常に多くの分子を扱う。",
        ),
        (
            "organic molecules of H, C, N, O with up to 8 heavy atoms",
            "H、C、N、O からなる、重原子 8 個以下の有機分子",
        ),
        13.4,
        "ethanol",
        "mlp_teach/models/ani.py",
    ),
    Entry(
        "SchNet",
        "schuett2017",
        "K. T. Schütt et al.",
        "1706.08566",
        2017,
        "NeurIPS 30, 991",
        "10.48550/arXiv.1706.08566",
        "distances",
        (
            "No functions by hand: atoms send messages, weighted by filters that a network makes "
            "from the distances.",
            "人が関数を設計しない。原子どうしがメッセージを送り合い、その重み（フィルター）を"
            "ネットワークが距離から作る。",
        ),
        (
            "molecules at rest (QM9), trajectories (MD17), isomers in motion (ISO17)",
            "平衡構造の分子（QM9）、軌跡（MD17）、異性体の軌跡（ISO17）",
        ),
        file="mlp_teach/models/schnet.py",
    ),
    Entry(
        "DeepPot-SE",
        "zhang2018",
        "L. Zhang, J. Han, H. Wang, W. A. Saidi, R. Car, W. E",
        "1805.09003",
        2018,
        "NeurIPS 31",
        "10.48550/arXiv.1805.09003",
        "vectors",
        (
            "A network weighs the vectors to the neighbours; scalar products of the weighted sums "
            "are a descriptor that is learnt along with the energy.",
            "隣接原子へのベクトルにネットワークが重みを付けて足し、その和どうしの内積を"
            "記述子とする。記述子もエネルギーと一緒に学ぶ。",
        ),
        (
            "organic molecules, metals, semiconductors, insulators",
            "有機分子、金属、半導体、絶縁体",
        ),
        file="mlp_teach/models/deep_pot.py",
    ),
    Entry(
        "ACE",
        "drautz2019",
        "R. Drautz",
        "",
        2019,
        "Phys. Rev. B 99, 014104",
        "10.1103/PhysRevB.99.014104",
        "descriptor",
        (
            "Products of sums over neighbours are a complete basis of every body order, and cost "
            "no more than the sums: time grows linearly with the neighbours.",
            "隣接原子についての和の積が、あらゆる体次数の完全な基底になる。"
            "手間は和と同じで、隣接原子の数に比例する。",
        ),
        ("copper: clusters and crystals, DFT", "銅のクラスターと結晶（DFT）"),
        7.3,
        "ethanol",
    ),
    Entry(
        "DimeNet",
        "klicpera2020",
        "J. Klicpera, J. Groß, S. Günnemann",
        "2003.03123",
        2020,
        "ICLR 2020",
        "10.48550/arXiv.2003.03123",
        "angles",
        (
            "Pairs, not atoms, carry the messages, and a message is changed by the angle to the "
            "one before it.",
            "原子ではなく原子対がメッセージをもち、直前のメッセージとの角度に応じて更新される。",
        ),
        ("molecules at rest (QM9), trajectories (MD17)", "平衡構造の分子（QM9）、軌跡（MD17）"),
        10.0,
        "md17",
        "mlp_teach/models/dimenet.py",
    ),
    Entry(
        "NequIP",
        "batzner2022",
        "S. Batzner et al.",
        "2101.03164",
        2022,
        "Nat. Commun. 13, 2453",
        "10.1038/s41467-022-29939-5",
        "tensors",
        (
            "Atoms carry tensors of several degrees, joined by Clebsch-Gordan coefficients; among "
            "networks it learns much from few structures.",
            "原子がさまざまな次数のテンソルをもち、クレプシュ・ゴルダン係数で結合する。"
            "ネットワークとしては少ない構造から多くを学ぶ。",
        ),
        (
            "molecules, water, a reaction on a surface, ionic conductors; often fewer than 1,000 "
            "structures, for some about 100",
            "分子、水、表面反応、イオン伝導体。1,000 構造未満が多く、100 構造ほどの場合もある",
        ),
        2.8,
        "ethanol",
        "mlp_teach/models/nequip.py",
    ),
    Entry(
        "PaiNN",
        "schuett2021",
        "K. T. Schütt, O. T. Unke, M. Gastegger",
        "2102.03150",
        2021,
        "ICML 2021",
        "10.48550/arXiv.2102.03150",
        "vectors",
        (
            "Atoms carry vectors beside numbers; they turn with the molecule, at little more cost "
            "than SchNet.",
            "原子が数だけでなくベクトルももち、分子と一緒に回る。"
            "計算量は SchNet より少し増えるだけ。",
        ),
        ("molecules at rest (QM9), trajectories (MD17)", "平衡構造の分子（QM9）、軌跡（MD17）"),
        10.0,
        "md17",
        "mlp_teach/models/painn.py",
    ),
    Entry(
        "M3GNet",
        "chen2022",
        "C. Chen, S. P. Ong",
        "2202.02450",
        2022,
        "Nat. Comput. Sci. 2, 718",
        "10.1038/s43588-022-00349-3",
        "angles",
        (
            "Angles in a graph network, and steps of relaxations of all kinds of crystals: one "
            "potential for nearly the whole periodic table.",
            "角度を取り入れたグラフネットワークを、多様な結晶の構造緩和の途中の構造で訓練し、"
            "周期表のほぼ全体を1 つのポテンシャルで扱う。",
        ),
        (
            "187,687 steps of relaxations of 62,783 materials (Materials Project)",
            "62,783 物質の構造緩和から 187,687 構造（Materials Project）",
        ),
        72.0,
        "hull",
        pretrained=True,
    ),
    Entry(
        "Allegro",
        "musaelian2023",
        "A. Musaelian et al.",
        "2204.05249",
        2023,
        "Nat. Commun. 14, 579",
        "10.1038/s41467-023-36329-y",
        "tensors",
        (
            "Tensors on pairs of atoms and no messages: strictly local, so that a large system "
            "can be cut into pieces for many processors.",
            "原子対にテンソルをもたせ、メッセージは送らない。完全に局所的なので、"
            "大きな系を分割して多くのプロセッサで計算できる。",
        ),
        (
            "molecules (QM9, revised MD17, 3BPA), an amorphous electrolyte",
            "分子（QM9、改訂 MD17、3BPA）、非晶質の電解質",
        ),
        2.1,
        "ethanol",
        "mlp_teach/models/allegro.py",
    ),
    Entry(
        "MACE",
        "batatia2022",
        "I. Batatia et al.",
        "2206.07697",
        2022,
        "NeurIPS 35",
        "10.48550/arXiv.2206.07697",
        "tensors",
        (
            "ACE inside a message: the sum over neighbours is multiplied with itself, so that "
            "messages of many bodies need two layers only.",
            "メッセージの中に ACE を入れる。隣接原子についての和どうしを掛けて多体の"
            "メッセージを作るので、2 層で足りる。",
        ),
        (
            "molecules: revised MD17 (1,000 each), 3BPA (500), acetylacetone",
            "分子。改訂 MD17（各 1,000 構造）、3BPA（500）、アセチルアセトン",
        ),
        2.1,
        "ethanol",
        "mlp_teach/models/mace.py",
    ),
    Entry(
        "CHGNet",
        "deng2023",
        "B. Deng et al.",
        "2302.14231",
        2023,
        "Nat. Mach. Intell. 5, 1031",
        "10.1038/s42256-023-00716-3",
        "angles",
        (
            "Distances and angles again, and each atom also learns its magnetic moment, from "
            "which its charge can be told.",
            "やはり距離と角度を使い、各原子の磁気モーメントも学ぶ。そこから電荷の状態がわかる。",
        ),
        (
            f"MPtrj: {MPTRJ} structures of 145,923 materials (Materials Project)",
            f"MPtrj。145,923 物質の {MPTRJ} 構造（Materials Project）",
        ),
        61.0,
        "hull",
        "mlp_teach/pretrained/foundation.py",
        pretrained=True,
    ),
    Entry(
        "GNoME",
        "merchant2023",
        "A. Merchant et al.",
        "",
        2023,
        "Nature 624, 80",
        "10.1038/s41586-023-06735-9",
        "tensors",
        (
            "NequIP at scale: networks propose crystals, DFT checks them, the networks learn from "
            "that and propose again.",
            "大規模な NequIP。ネットワークが結晶を提案し、DFT で確かめ、"
            "その結果から学んでまた提案する。",
        ),
        (
            "89 million structures of 6 million materials, by the list; not public",
            "一覧によれば 600 万物質の 8,900 万構造（非公開）",
        ),
        34.0,
        "hull",
        pretrained=True,
    ),
    Entry(
        "MACE-MP-0",
        "batatia2025",
        "I. Batatia, P. Benner, Y. Chiang et al.",
        "2401.00096",
        2025,
        "J. Chem. Phys. 163, 184110",
        "10.1063/5.0297006",
        "tensors",
        (
            "A MACE for 89 elements: to start from, as it is or fine-tuned with a few structures "
            "of one's own.",
            "89 元素のための MACE。そのまま使うか、自分の少数の構造で微調整する出発点になる。",
        ),
        (f"MPtrj: {MPTRJ} structures", f"MPtrj。{MPTRJ} 構造"),
        55.0,
        "hull",
        pretrained=True,
    ),
    Entry(
        "SevenNet-0",
        "park2024",
        "Y. Park, J. Kim, S. Hwang, S. Han",
        "2402.03789",
        2024,
        "J. Chem. Theory Comput. 20, 4857",
        "10.1021/acs.jctc.4c00190",
        "tensors",
        (
            "NequIP with messages that are passed between GPUs, for large dynamics, and a leaner "
            "layer: 0.84 million parameters.",
            "大規模な MD のために GPU の間でメッセージを渡す NequIP。"
            "層を簡素にし、パラメータは 84 万個。",
        ),
        (
            "the paper's: M3GNet's relaxations; the weights of July 2024: MPtrj",
            "論文では M3GNet と同じ構造緩和、2024 年 7 月の重みでは MPtrj",
        ),
        46.0,
        "hull",
        "mlp_teach/pretrained/foundation.py",
        pretrained=True,
    ),
    Entry(
        "MatterSim",
        "yang2024",
        "H. Yang et al.",
        "2405.04967",
        None,
        "",
        "10.48550/arXiv.2405.04967",
        "angles",
        (
            "Hot and compressed structures, chosen by active learning: up to 5,000 K and "
            "1,000 GPa. The public weights are of an M3GNet, the largest of a Graphormer.",
            "5,000 K、1,000 GPa までの高温・高圧の構造を能動学習で選んで学ぶ。"
            "公開された重みは M3GNet、最大のものは Graphormer。",
        ),
        ("17 million structures; not public", "1,700 万構造（非公開）"),
        26.0,
        "hull",
        pretrained=True,
    ),
    Entry(
        "ORB v2",
        "neumann2024",
        "M. Neumann et al.",
        "2410.22570",
        None,
        "",
        "10.48550/arXiv.2410.22570",
        "vectors",
        (
            "Symmetry is learnt, not built in, and forces come straight from the network: fast, "
            "but no longer the gradient of an energy.",
            "対称性は組み込まずに学ばせ、力もネットワークから直接出す。"
            "速いが、力はもはやエネルギーの勾配ではない。",
        ),
        (
            "MPtrj and Alexandria: 1.6 + 30.5 million structures, some of prototypes that the "
            "test has too",
            "MPtrj と Alexandria。160 万 + 3,050 万構造。テストと同じ原型を一部含む",
        ),
        28.0,
        "hull",
        pretrained=True,
    ),
)
