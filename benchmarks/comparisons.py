"""What is compared with what: one entry a comparison; compare.py runs them by name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """Our script and the peer's, both workers (work.serve), and which of their tasks to run.

    The result goes to NAME.json and into README.md between `<!-- NAME -->` and `<!-- end -->`.
    """

    name: str
    ours: str  # file in this folder
    peer: str  # file in peers/
    peer_name: str
    heading: str  # what one task does, as the head of the table's first column
    tasks: tuple[str, ...]  # known to both sides, compared in turn
    our_packages: tuple[str, ...] = ("torch", "vesin", "ase", "numpy")
    peer_packages: tuple[str, ...] = ("ase", "numpy")
    agreement: float = 1e-9  # how far apart the results' sums may be, relative to themselves ...
    rounding: float = 0.0  # ... and to the largest sum: for columns that nearly vanish in float32
    memory: tuple[str, ...] = ()  # tasks whose peak memory is measured, each in a fresh process
    sizes: tuple[int, ...] = ()  # our script is asked for each by --atoms


ANI_TASKS = tuple(
    f"{work}_of_{count}"
    for work in ("AEV", "AEV_and_gradient", "ANI-1x_1_net_forces", "ANI-1x_8_nets_forces")
    for count in ("1", "1_ten_in_a_row", "32", "256")
)
ANI_MEMORY = (
    "AEV_and_gradient_of_256",
    "ANI-1x_1_net_forces_of_256",
    "ANI-1x_8_nets_forces_of_256",
)
SCHNETPACK_TASKS = tuple(
    f"{kind}_{work}"
    for kind in ("SchNet", "PaiNN")
    for work in ("forces,_32_ethanol", "training_step,_32_ethanol", "forces,_256_Cu")
)
PYG_TASKS = tuple(
    f"{kind}_{work},_32_ethanol"
    for kind in ("DimeNet", "DimeNet++")
    for work in ("forces", "training_step")
)
MACE_TASKS = tuple(
    f"MACE_{work},_{what}"
    for what in ("32_ethanol", "256_Cu")
    for work in ("forces", "training_step")
)
NEQUIP_TASKS = tuple(
    f"NequIP_l{l_max}_{work},_{what}"
    for l_max in (1, 2)
    for what in ("32_ethanol", "256_Cu")
    for work in ("forces", "training_step")
)
ALLEGRO_TASKS = tuple(name.replace("NequIP", "Allegro") for name in NEQUIP_TASKS)

COMPARISONS = (
    Comparison(
        name="symmetry_functions",
        ours="symmetry_functions.py",
        peer="dscribe_acsf.py",
        peer_name="DScribe",
        heading="from `ase.Atoms` to features, 256 Cu",
        tasks=("G2", "G2+G4", "G2+G5"),
        peer_packages=("dscribe", "ase", "numpy"),
        sizes=(256, 1024, 4096, 16384),
    ),
    Comparison(
        name="aev",
        ours="aev.py",
        peer="torchani_ani.py",
        peer_name="TorchANI 2.2.4",
        heading="ethanol molecules, neighbour search included",
        tasks=ANI_TASKS,
        peer_packages=("torchani", "torch", "ase", "numpy"),
        agreement=1e-4,  # float32
        rounding=1e-6,
        memory=ANI_MEMORY,
    ),
    Comparison(
        name="aev_torchani_2.9",
        ours="aev.py",
        peer="torchani_ani.py",
        peer_name="TorchANI 2.9.0",
        heading="ethanol molecules, neighbour search included",
        tasks=ANI_TASKS,
        peer_packages=("torchani", "torch", "ase", "numpy"),
        agreement=1e-4,
        rounding=1e-6,
        memory=ANI_MEMORY,
    ),
    Comparison(
        name="gap",
        ours="gap.py",
        peer="quip_gap.py",
        peer_name="QUIP",
        heading="from `ase.Atoms`, 256 Cu",
        tasks=("energy_forces_stress", "energy"),
        peer_packages=("quippy-ase", "ase", "numpy"),
        agreement=1e-7,  # forces read from tables of radial functions
        memory=("energy_forces_stress",),
    ),
    Comparison(
        name="soap_dscribe",
        ours="soap_dscribe.py",
        peer="dscribe_soap.py",
        peer_name="DScribe",
        heading="from `ase.Atoms` to SOAP, 256 Cu",
        tasks=("sigma_0.5", "sigma_1.0"),
        peer_packages=("dscribe", "ase", "numpy"),
        rounding=1e-9,
        memory=("sigma_0.5", "sigma_1.0"),
    ),
    Comparison(
        name="soap_featomic",
        ours="soap_featomic.py",
        peer="featomic_soap.py",
        peer_name="featomic",
        heading="from `ase.Atoms` to SOAP, 256 Cu",
        tasks=("values", "values_and_slopes"),
        peer_packages=("featomic", "ase", "numpy"),
        agreement=2e-6,  # its splines
        memory=("values", "values_and_slopes"),
    ),
    Comparison(
        name="soap_quip",
        ours="soap_quip.py",
        peer="quip_soap.py",
        peer_name="QUIP",
        heading="from `ase.Atoms` to SOAP, 256 Cu",
        tasks=("values", "values_and_slopes"),
        peer_packages=("quippy-ase", "ase", "numpy"),
        memory=("values", "values_and_slopes"),
    ),
    Comparison(
        name="schnetpack",
        ours="networks_schnetpack.py",
        peer="schnetpack_models.py",
        peer_name="SchNetPack",
        heading="the graph is given",
        tasks=SCHNETPACK_TASKS,
        peer_packages=("schnetpack", "torch", "ase", "numpy"),
        agreement=1e-3,  # float32, and forces summed up
        rounding=1e-4,
        memory=SCHNETPACK_TASKS,
    ),
    Comparison(
        name="pyg",
        ours="networks_pyg.py",
        peer="pyg_models.py",
        peer_name="PyG",
        heading="the graph is given",
        tasks=PYG_TASKS,
        peer_packages=("torch-geometric", "torch", "ase", "numpy"),
        agreement=1e-3,  # float32
        rounding=1e-4,
        memory=PYG_TASKS,
    ),
    Comparison(
        name="mace",
        ours="networks_mace.py",
        peer="mace_models.py",
        peer_name="MACE",
        heading="the graph is given",
        tasks=MACE_TASKS,
        peer_packages=("mace-torch", "e3nn", "torch", "ase", "numpy"),
        agreement=1e-3,  # float32
        rounding=1e-4,
        memory=MACE_TASKS,
    ),
    Comparison(
        name="nequip",
        ours="networks_nequip.py",
        peer="nequip_models.py",
        peer_name="NequIP",
        heading="the graph is given",
        tasks=NEQUIP_TASKS,
        peer_packages=("nequip", "e3nn", "torch", "ase", "numpy"),
        agreement=1e-3,  # float32
        rounding=1e-4,
        memory=NEQUIP_TASKS,
    ),
    Comparison(
        name="allegro",
        ours="networks_allegro.py",
        peer="allegro_models.py",
        peer_name="nequip-allegro",
        heading="the graph is given",
        tasks=ALLEGRO_TASKS,
        peer_packages=("nequip-allegro", "nequip", "e3nn", "torch", "ase", "numpy"),
        agreement=1e-3,  # float32
        rounding=1e-4,
        memory=ALLEGRO_TASKS,
    ),
    Comparison(
        name="deepmd",
        ours="deep_pot.py",
        peer="deepmd_models.py",
        peer_name="DeePMD-kit",
        heading="DeepPot-SE, neighbours given, float64",
        tasks=("forces,_32_ethanol", "training_step,_32_ethanol", "forces,_256_Cu"),
        peer_packages=("deepmd-kit", "torch", "ase", "numpy"),
        memory=("forces,_32_ethanol", "training_step,_32_ethanol", "forces,_256_Cu"),
    ),
)
