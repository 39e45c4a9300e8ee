//! The filter of system calls: a list of what is refused, as a program that
//! the kernel runs before each call. Nothing here touches the system.
//!
//! A list of what is refused is weaker than one of what is allowed, and needs
//! no change for each new program. It refuses what has let programs out of
//! containers before; the kernel's own checks stay behind it.

use crate::caps::Capability;

/// One instruction of the kernel's packet filter.
pub(crate) type Instruction = libc::sock_filter;

/// The number by which the kernel names this machine, if the list below is
/// right for it.
const MACHINE: Option<u32> = if cfg!(target_arch = "x86_64") {
    Some(0xC000_003E)
} else if cfg!(target_arch = "aarch64") {
    Some(0xC000_00B7)
} else if cfg!(target_arch = "x86") {
    Some(0x4000_0003)
} else if cfg!(target_arch = "arm") {
    Some(0x4000_0028)
} else {
    None
};

/// Calls that change mounts, which the mount capability allows again.
const MOUNTS: [libc::c_long; 11] = [
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_setns,
];

/// Calls that no ordinary program makes.
const RARE: [libc::c_long; 25] = [
    libc::SYS_acct,
    libc::SYS_add_key,
    libc::SYS_bpf,
    libc::SYS_delete_module,
    libc::SYS_finit_module,
    libc::SYS_init_module,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_io_uring_setup,
    libc::SYS_kcmp,
    libc::SYS_kexec_load,
    libc::SYS_keyctl,
    libc::SYS_move_pages,
    libc::SYS_open_by_handle_at,
    libc::SYS_perf_event_open,
    libc::SYS_quotactl,
    libc::SYS_reboot,
    libc::SYS_request_key,
    libc::SYS_settimeofday,
    libc::SYS_swapoff,
    libc::SYS_swapon,
    libc::SYS_syslog,
    libc::SYS_userfaultfd,
    libc::SYS_vhangup,
    libc::SYS_clock_settime,
];

/// Terminal requests that type for the user.
const TYPING: [u32; 2] = [0x5412, 0x541C];

const NEW_USER: u32 = libc::CLONE_NEWUSER as u32;

/// Where the kernel puts the call's number, the machine, and the arguments.
const NUMBER_AT: u32 = 0;
const MACHINE_AT: u32 = 4;
const ARGUMENTS_AT: u32 = 16;

/// Where the lower half of an argument is.
const fn low_half(argument: u32) -> u32 {
    let upper_first = if cfg!(target_endian = "big") { 4 } else { 0 };
    ARGUMENTS_AT + 8 * argument + upper_first
}

/// Returns the program, or `None` on a machine that it is not written for.
pub(crate) fn program(
    keep: &[Capability],
    nesting: bool,
) -> Option<Vec<Instruction>> {
    let machine = MACHINE?;
    let mut code = vec![
        load(MACHINE_AT),
        // A call as another machine makes it has other numbers.
        jump(libc::BPF_JEQ, machine, 1, 0),
        answer(libc::ENOSYS),
        load(NUMBER_AT),
    ];
    if cfg!(target_arch = "x86_64") {
        // The calls of x32 are those of this machine with a bit set.
        code.push(jump(libc::BPF_JGE, 0x4000_0000, 0, 1));
        code.push(answer(libc::ENOSYS));
    }
    let may_mount = keep.contains(&Capability::SYS_ADMIN);
    let mounts = MOUNTS.iter().filter(|_| !may_mount);
    for &number in RARE.iter().chain(mounts) {
        refuse(&mut code, number, libc::EPERM);
    }
    // Only the lower half counts: the kernel looks at no more of it.
    for request in TYPING {
        refuse_if(
            &mut code,
            libc::SYS_ioctl,
            1,
            jump(libc::BPF_JEQ, request, 0, 1),
        );
    }
    if !nesting {
        let has_it = jump(libc::BPF_JSET, NEW_USER, 0, 1);
        refuse_if(&mut code, libc::SYS_clone, 0, has_it);
        refuse_if(&mut code, libc::SYS_unshare, 0, has_it);
        // Its flags are in memory, where a filter cannot look; a C library
        // that is told that there is no such call uses the older one.
        refuse(&mut code, libc::SYS_clone3, libc::ENOSYS);
    }
    code.push(statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW));
    Some(code)
}

fn refuse(code: &mut Vec<Instruction>, number: libc::c_long, errno: i32) {
    code.push(jump(libc::BPF_JEQ, number as u32, 0, 1));
    code.push(answer(errno));
}

/// Refuses a call if `test` says so of the lower half of an argument.
fn refuse_if(
    code: &mut Vec<Instruction>,
    number: libc::c_long,
    argument: u32,
    test: Instruction,
) {
    code.push(jump(libc::BPF_JEQ, number as u32, 0, 4));
    code.push(load(low_half(argument)));
    code.push(test);
    code.push(answer(libc::EPERM));
    code.push(load(NUMBER_AT));
}

fn load(offset: u32) -> Instruction {
    statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, offset)
}

fn answer(errno: i32) -> Instruction {
    let errno = libc::SECCOMP_RET_ERRNO | errno as u32;
    statement(libc::BPF_RET | libc::BPF_K, errno)
}

fn statement(code: u32, k: u32) -> Instruction {
    Instruction { code: code as u16, jt: 0, jf: 0, k }
}

fn jump(test: u32, k: u32, jt: u8, jf: u8) -> Instruction {
    let code = (libc::BPF_JMP | test | libc::BPF_K) as u16;
    Instruction { code, jt, jf, k }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: u32 = libc::SECCOMP_RET_ALLOW;
    const REFUSED: u32 = libc::SECCOMP_RET_ERRNO | libc::EPERM as u32;
    const ABSENT: u32 = libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32;

    /// Runs a program as the kernel does.
    fn run(code: &[Instruction], data: &[u8; 64]) -> u32 {
        let (mut at, mut held) = (0, 0_u32);
        loop {
            let Instruction { code: op, jt, jf, k } = code[at];
            at += 1;
            let test = match u32::from(op) & !libc::BPF_K {
                op if op == libc::BPF_LD | libc::BPF_W | libc::BPF_ABS => {
                    let from = k as usize;
                    let word = data[from..from + 4].try_into();
                    held = u32::from_ne_bytes(word.expect("four bytes"));
                    continue;
                }
                op if op == libc::BPF_RET => return k,
                op if op == libc::BPF_JMP | libc::BPF_JEQ => held == k,
                op if op == libc::BPF_JMP | libc::BPF_JGE => held >= k,
                op if op == libc::BPF_JMP | libc::BPF_JSET => held & k != 0,
                op => panic!("no such operation: {op}"),
            };
            at += usize::from(if test { jt } else { jf });
        }
    }

    fn call(number: libc::c_long, arguments: &[u64]) -> [u8; 64] {
        let mut data = [0; 64];
        data[..4].copy_from_slice(&(number as u32).to_ne_bytes());
        let machine = MACHINE.expect("it is written for this machine");
        data[4..8].copy_from_slice(&machine.to_ne_bytes());
        for (place, value) in data[16..].chunks_mut(8).zip(arguments) {
            place.copy_from_slice(&value.to_ne_bytes());
        }
        data
    }

    fn answer_to(number: libc::c_long, arguments: &[u64]) -> u32 {
        let code = program(&[], false).expect("written for this machine");
        run(&code, &call(number, arguments))
    }

    #[test]
    fn what_is_on_the_list_is_refused_and_nothing_else() {
        for number in 0..600 {
            let listed = RARE.contains(&number) || MOUNTS.contains(&number);
            let expected = match number {
                _ if listed => REFUSED,
                _ if number == libc::SYS_clone3 => ABSENT,
                _ => ALLOWED,
            };
            assert_eq!(answer_to(number, &[]), expected, "call {number}");
        }
    }

    #[test]
    fn no_bit_above_hides_a_request() {
        let ioctl = libc::SYS_ioctl;
        for typing in [0x5412, 0x541C, 0x1_0000_5412] {
            assert_eq!(answer_to(ioctl, &[0, typing]), REFUSED);
        }
        assert_eq!(answer_to(ioctl, &[0, 0x5413]), ALLOWED);
    }

    #[test]
    fn a_user_namespace_is_refused_by_its_flag() {
        let new_user = u64::from(NEW_USER) | 17;
        for number in [libc::SYS_clone, libc::SYS_unshare] {
            assert_eq!(answer_to(number, &[new_user]), REFUSED);
            assert_eq!(answer_to(number, &[17]), ALLOWED);
            let code = program(&[], true).expect("written for this machine");
            assert_eq!(run(&code, &call(number, &[new_user])), ALLOWED);
        }
    }

    #[test]
    fn the_calls_of_another_machine_are_not_there() {
        let code = program(&[], false).expect("written for this machine");
        let mut data = call(libc::SYS_read, &[]);
        data[4] ^= 1;
        assert_eq!(run(&code, &data), ABSENT);
        if cfg!(target_arch = "x86_64") {
            let x32 = call(0x4000_0000 + libc::SYS_mount, &[]);
            assert_eq!(run(&code, &x32), ABSENT);
        }
    }

    #[test]
    fn who_keeps_the_capability_may_mount() {
        let keep = [Capability::SYS_ADMIN];
        let code = program(&keep, false).expect("written for this machine");
        let mount = call(libc::SYS_mount, &[]);
        assert_eq!(run(&code, &mount), ALLOWED);
    }
}
