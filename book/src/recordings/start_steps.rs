//! What the player of a container's start says of each step.

/// What is shown of a step: its name in the plan, the tile of who takes it,
/// the tile of the kernel, and a sentence. `TARGET` is what is mounted at.
type Told = (&'static str, &'static str, &'static str, &'static str);

pub(super) const TOLD: [Told; 21] = [
    (
        "seal the init program",
        "seal itself",
        "memfd",
        "The caller copies its own program into a file in memory and seals \
         it: what becomes process 1, nobody can exchange.",
    ),
    (
        "seal the plan",
        "seal the plan",
        "memfd",
        "The steps go into a second sealed file: that is how they cross over.",
    ),
    (
        "clone",
        "clone3",
        "namespaces",
        "clone3 makes the new process, with its namespaces. It runs in the \
         caller's memory, so the caller's thread waits.",
    ),
    (
        "map users and groups",
        "write the maps",
        "0 = the caller",
        "The new process writes the maps itself: root inside is the caller \
         outside.",
    ),
    (
        "close descriptors",
        "mark to close",
        "",
        "All descriptors but those of the protocol are marked to be closed.",
    ),
    (
        "execute unc-init",
        "execveat",
        "fresh memory",
        "It executes the sealed program: one thread, fresh memory, no locks. \
         The caller's thread goes on, and listens.",
    ),
    (
        "make mounts private",
        "private mounts",
        "",
        "From here on it is ordinary code. No mount spreads to the host.",
    ),
    (
        "forbid user namespaces",
        "no nesting",
        "0 allowed",
        "No user namespace may be made below: in it, all capabilities would \
         come back.",
    ),
    (
        "attach the root",
        "attach root",
        "nosuid, nodev",
        "The image is mounted on itself, without devices and set-user-ID.",
    ),
    (
        "mount",
        "TARGET",
        "",
        "The place for TARGET is opened without following a link, and a \
         mount is attached to the descriptor.",
    ),
    (
        "pivot the root",
        "pivot_root",
        "host is gone",
        "The root is pivoted: the host's tree is unmounted, and out of reach.",
    ),
    ("set the hostname", "sethostname", "", "The host gets its name inside."),
    (
        "set up the network",
        "lo up",
        "",
        "The loopback is set up, by a message of rtnetlink.",
    ),
    (
        "hide init",
        "hide init",
        "not dumpable",
        "Nobody looks into the memory of init, or at its descriptors.",
    ),
    (
        "forbid new privileges",
        "no new rights",
        "no_new_privs",
        "No program that is executed from here on gains privileges.",
    ),
    (
        "drop capabilities",
        "drop all",
        "bounding: none",
        "All capabilities are dropped, from each of their sets.",
    ),
    (
        "filter system calls",
        "filter",
        "seccomp",
        "A filter refuses the system calls that these steps were made of.",
    ),
    (
        "fork the program",
        "fork",
        "process 2",
        "Init has one thread, so it may fork: the copy becomes the program, \
         and init stays as process 1.",
    ),
    (
        "begin a session",
        "setsid",
        "new session",
        "The program leaves the caller's session, and with it the terminal.",
    ),
    (
        "enter the working directory",
        "chdir",
        "",
        "It enters its working directory, by a path inside.",
    ),
    (
        "execute",
        "execve",
        "pipe closes",
        "The program is executed, and the pipe of the report closes by \
         itself.",
    ),
];
