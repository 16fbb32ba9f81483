"""Answers to three exercises by eight people who did not see each other's, each in a style of
their own. All are right; `test_similarity.py` marks none of them as copied."""

FORCES = "ps1_forces_by_differences"
COSINE = "ps1_cosine_cutoff"
LENNARD_JONES = "ps1_lennard_jones"

HONEST = {
    "akira": {
        FORCES: """
def forces_by_differences(energy, positions, h):
    F = np.zeros(positions.shape)
    for i in range(len(positions)):
        for k in range(3):
            p = positions.copy()
            p[i, k] = positions[i, k] + h
            up = energy(p)
            p[i, k] = positions[i, k] - h
            down = energy(p)
            F[i, k] = -(up - down) / (2 * h)
    return F
""",
        COSINE: """
def cosine_cutoff(r, r_c):
    f = 0.5 * (np.cos(np.pi * r / r_c) + 1)
    df = -0.5 * np.pi / r_c * np.sin(np.pi * r / r_c)
    f[r >= r_c] = 0
    df[r >= r_c] = 0
    return f, df
""",
        LENNARD_JONES: """
def lennard_jones(positions, epsilon, sigma, r_c):
    n = len(positions)
    E = 0.0
    F = np.zeros((n, 3))
    for i in range(n):
        for j in range(i + 1, n):
            d = positions[j] - positions[i]
            r = np.sqrt(np.sum(d * d))
            if r < r_c:
                f = 0.5 * (np.cos(np.pi * r / r_c) + 1)
                df = -0.5 * np.pi / r_c * np.sin(np.pi * r / r_c)
                v = 4 * epsilon * ((sigma / r) ** 12 - (sigma / r) ** 6)
                dv = 4 * epsilon * (-12 * sigma**12 / r**13 + 6 * sigma**6 / r**7)
                E += v * f
                slope = dv * f + v * df
                F[i] += slope * d / r
                F[j] -= slope * d / r
    return E, F
""",
    },
    "bea": {
        FORCES: """
def forces_by_differences(energy, positions, h):
    forces = np.empty_like(positions)
    flat = positions.ravel()
    for n in range(flat.size):
        step = np.zeros(flat.size)
        step[n] = h
        step = step.reshape(positions.shape)
        forces.flat[n] = (energy(positions - step) - energy(positions + step)) / 2 / h
    return forces
""",
        COSINE: """
def cosine_cutoff(r, r_c):
    inside = r < r_c
    arg = np.pi / r_c * r
    return inside * (1 + np.cos(arg)) / 2, inside * (-np.pi * np.sin(arg) / (2 * r_c))
""",
        LENNARD_JONES: """
def lennard_jones(positions, epsilon, sigma, r_c):
    i, j = np.triu_indices(len(positions), 1)
    vec = positions[j] - positions[i]
    dist = np.linalg.norm(vec, axis=1)
    keep = dist < r_c
    i, j, vec, dist = i[keep], j[keep], vec[keep], dist[keep]
    x6 = (sigma / dist) ** 6
    pair = 4 * epsilon * x6 * (x6 - 1)
    dpair = -24 * epsilon / dist * x6 * (2 * x6 - 1)
    cut = (1 + np.cos(np.pi * dist / r_c)) / 2
    dcut = -np.pi * np.sin(np.pi * dist / r_c) / (2 * r_c)
    pull = ((dpair * cut + pair * dcut) / dist)[:, None] * vec
    forces = np.zeros(positions.shape)
    np.add.at(forces, i, pull)
    np.add.at(forces, j, -pull)
    return (pair * cut).sum(), forces
""",
    },
    "chen": {
        FORCES: """
def forces_by_differences(energy, positions, h):
    result = []
    for atom in range(positions.shape[0]):
        row = []
        for axis in range(positions.shape[1]):
            plus, minus = positions.copy(), positions.copy()
            plus[atom, axis] += h
            minus[atom, axis] -= h
            row.append((energy(minus) - energy(plus)) / (2.0 * h))
        result.append(row)
    return np.array(result)
""",
        COSINE: """
def cosine_cutoff(r, r_c):
    k = np.pi / r_c
    value = np.where(r < r_c, 0.5 * np.cos(k * r) + 0.5, 0)
    slope = np.where(r < r_c, -0.5 * k * np.sin(k * r), 0)
    return value, slope
""",
        LENNARD_JONES: """
def lennard_jones(positions, epsilon, sigma, r_c):
    def pair(r):
        a = (sigma / r) ** 12
        b = (sigma / r) ** 6
        return 4 * epsilon * (a - b), 4 * epsilon * (6 * b - 12 * a) / r

    def fade(r):
        k = np.pi / r_c
        return 0.5 * np.cos(k * r) + 0.5, -0.5 * k * np.sin(k * r)

    energy = 0
    forces = np.zeros_like(positions)
    for a, here in enumerate(positions):
        for b, there in enumerate(positions):
            if a == b:
                continue
            r_ab = there - here
            r = np.linalg.norm(r_ab)
            if r >= r_c:
                continue
            v, v1 = pair(r)
            c, c1 = fade(r)
            energy += v * c / 2
            forces[a] += (v1 * c + v * c1) * r_ab / r
    return energy, forces
""",
    },
    "dora": {
        FORCES: """
def forces_by_differences(energy, positions, h):
    out = np.zeros_like(positions)
    for idx in np.ndindex(*positions.shape):
        moved = np.array(positions)
        moved[idx] += h
        e_plus = energy(moved)
        moved[idx] -= 2 * h
        e_minus = energy(moved)
        out[idx] = (e_minus - e_plus) / (2 * h)
    return out
""",
        COSINE: """
def cosine_cutoff(r, r_c):
    value = np.zeros(r.shape)
    slope = np.zeros(r.shape)
    for n, distance in enumerate(r):
        if distance < r_c:
            value[n] = (np.cos(np.pi * distance / r_c) + 1) / 2
            slope[n] = -np.sin(np.pi * distance / r_c) * np.pi / r_c / 2
    return value, slope
""",
        LENNARD_JONES: """
def lennard_jones(positions, epsilon, sigma, r_c):
    diff = positions[:, None, :] - positions[None, :, :]
    r2 = (diff**2).sum(-1)
    np.fill_diagonal(r2, 1e10)
    r = np.sqrt(r2)
    inv6 = sigma**6 / r2**3
    inside = (r < r_c).astype(float)
    fc = 0.5 * (1 + np.cos(np.pi * r / r_c)) * inside
    dfc = -0.5 * np.pi / r_c * np.sin(np.pi * r / r_c) * inside
    v = 4 * epsilon * (inv6**2 - inv6)
    dv = 4 * epsilon * (-12 * inv6**2 + 6 * inv6) / r
    E = (v * fc).sum() / 2
    F = -((dv * fc + v * dfc) / r)[:, :, None] * diff
    return E, F.sum(axis=1)
""",
    },
    "emil": {
        FORCES: """
def forces_by_differences(energy, positions, h):
    shape = positions.shape
    basis = np.eye(positions.size).reshape(-1, *shape)
    slopes = [(energy(positions + h * e) - energy(positions - h * e)) / (2 * h) for e in basis]
    return -np.reshape(slopes, shape)
""",
        COSINE: """
def cosine_cutoff(r, r_c):
    theta = np.pi * np.clip(r / r_c, 0, 1)
    return (np.cos(theta) + 1) / 2, -np.sin(theta) * np.pi / (2 * r_c)
""",
        LENNARD_JONES: """
def lennard_jones(positions, epsilon, sigma, r_c):
    total, grad = 0.0, np.zeros_like(positions)
    for i in range(1, len(positions)):
        d = positions[:i] - positions[i]
        r = np.linalg.norm(d, axis=1)
        theta = np.pi * np.clip(r / r_c, 0, 1)
        cut, dcut = (np.cos(theta) + 1) / 2, -np.sin(theta) * np.pi / (2 * r_c)
        s = sigma / r
        u = 4 * epsilon * (s**12 - s**6)
        du = 24 * epsilon * (s**6 - 2 * s**12) / r
        total += np.sum(u * cut)
        g = ((du * cut + u * dcut) / r)[:, None] * d
        grad[:i] += g
        grad[i] -= g.sum(0)
    return total, -grad
""",
    },
    "fay": {
        FORCES: """
def forces_by_differences(energy, positions, h):
    def e_at(i, k, delta):
        q = positions.copy()
        q[i][k] += delta
        return energy(q)

    n = len(positions)
    return np.array(
        [[-(e_at(i, k, h) - e_at(i, k, -h)) / (2 * h) for k in range(3)] for i in range(n)]
    )
""",
        COSINE: """
def cosine_cutoff(r, r_c):
    x = np.pi * r / r_c
    value = (np.cos(x) + 1) / 2
    slope = -np.pi * np.sin(x) / (2 * r_c)
    outside = r >= r_c
    value = np.where(outside, 0.0, value)
    slope = np.where(outside, 0.0, slope)
    return value, slope
""",
        LENNARD_JONES: """
def lennard_jones(positions, epsilon, sigma, r_c):
    def u(r):
        lj = 4 * epsilon * ((sigma / r) ** 12 - (sigma / r) ** 6)
        return lj * (np.cos(np.pi * r / r_c) + 1) / 2

    def du(r):
        lj = 4 * epsilon * ((sigma / r) ** 12 - (sigma / r) ** 6)
        dlj = 4 * epsilon * (6 * (sigma / r) ** 6 - 12 * (sigma / r) ** 12) / r
        x = np.pi * r / r_c
        return dlj * (np.cos(x) + 1) / 2 - lj * np.pi / 2 / r_c * np.sin(x)

    e, f = 0.0, np.zeros(positions.shape)
    for i in range(len(positions)):
        for j in range(len(positions)):
            vec = positions[i] - positions[j]
            r = np.sqrt(vec @ vec)
            if i != j and r < r_c:
                e += 0.5 * u(r)
                f[i] -= du(r) * vec / r
    return e, f
""",
    },
    "goro": {
        FORCES: """
def forces_by_differences(energy, positions, h):
    F = np.zeros_like(positions)
    work = positions.copy()
    for a in range(len(work)):
        for c in range(3):
            old = work[a, c]
            work[a, c] = old + h
            E1 = energy(work)
            work[a, c] = old - h
            E2 = energy(work)
            work[a, c] = old
            F[a, c] = (E2 - E1) / (2 * h)
    return F
""",
        COSINE: """
def cosine_cutoff(r, r_c):
    f = np.zeros_like(r)
    g = np.zeros_like(r)
    m = r < r_c
    f[m] = np.cos(0.5 * np.pi * r[m] / r_c) ** 2
    g[m] = -0.5 * np.pi / r_c * np.sin(np.pi * r[m] / r_c)
    return f, g
""",
        LENNARD_JONES: """
def lennard_jones(positions, epsilon, sigma, r_c):
    N = positions.shape[0]
    rij = positions[None] - positions[:, None]
    r = np.linalg.norm(rij, axis=-1) + np.eye(N) * 2 * r_c
    mask = r < r_c
    s6 = (sigma / r) ** 6
    V = 4 * epsilon * s6 * (s6 - 1)
    dV = 24 * epsilon * s6 * (1 - 2 * s6) / r
    fc = np.where(mask, np.cos(0.5 * np.pi * r / r_c) ** 2, 0)
    dfc = np.where(mask, -0.5 * np.pi / r_c * np.sin(np.pi * r / r_c), 0)
    E = np.triu(V * fc, 1).sum()
    F = np.einsum("ij,ijk->ik", (dV * fc + V * dfc) / r, rij)
    return E, F
""",
    },
    "hana": {
        FORCES: """
def forces_by_differences(energy, positions, h):
    forces = np.zeros(positions.shape)
    for atom in range(positions.shape[0]):
        for xyz in (0, 1, 2):
            right = positions.copy()
            left = positions.copy()
            right[atom][xyz] += h
            left[atom][xyz] -= h
            forces[atom][xyz] = -1 * (energy(right) - energy(left)) / (2 * h)
    return forces
""",
        COSINE: """
def cosine_cutoff(r, r_c):
    cos = np.cos(np.pi * r / r_c)
    sin = np.sin(np.pi * r / r_c)
    fc = 1 / 2 * (cos + 1) * (r < r_c)
    dfc = -1 / 2 * sin * np.pi / r_c * (r < r_c)
    return (fc, dfc)
""",
        LENNARD_JONES: """
def lennard_jones(positions, epsilon, sigma, r_c):
    E = 0
    F = np.zeros((len(positions), 3))
    pairs = [(i, j) for j in range(len(positions)) for i in range(j)]
    for i, j in pairs:
        rij = positions[j] - positions[i]
        r = np.linalg.norm(rij)
        if r > r_c:
            continue
        unit = rij / r
        a, b = sigma**12, sigma**6
        V = 4 * epsilon * (a / r**12 - b / r**6)
        dV = 4 * epsilon * (-12 * a / r**13 + 6 * b / r**7)
        cos, sin = np.cos(np.pi * r / r_c), np.sin(np.pi * r / r_c)
        fc, dfc = 1 / 2 * (cos + 1), -1 / 2 * sin * np.pi / r_c
        E += V * fc
        force = (dV * fc + V * dfc) * unit
        F[i] = F[i] + force
        F[j] = F[j] - force
    return E, F
""",
    },
}
