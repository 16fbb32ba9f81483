"""Reference energies and forces: one interface over methods that take milliseconds or hours.

methods   what computes a label: EMT, GFN2-xTB, PBE of PySCF, any calculator of ASE
gpaw, quantum_espresso, cp2k      programs that a machine may have, started through ASE
vasp      folders to run elsewhere, and labels out of them (vasp_output)
store     labels that were computed stay: one file each, found again by their content
run       many structures, one after the other or at once; what fails is reported by name
workers   many at once: processes on this machine, or jobs on a cluster with Slurm
foreman   the process that local workers belong to
job_lines what a job of a cluster gets from here

What a label costs, in CPU seconds of one core of an AMD EPYC:

    ethanol, 9 atoms                             copper, 4 atoms, 2 × 2 × 2 k-points
    GFN2-xTB             0.003                   EMT                          0.004
    PBE of PySCF         4.7                     PBE of GPAW, 350 eV          4.4
    PBE of CP2K          44                      PBE of Quantum ESPRESSO      19
"""
