//! User namespaces of the model: who is who, and who may say so.

use super::call::Errno;

/// The number of a user that has none.
pub(super) const NOBODY: u32 = 65_534;

/// A user of the host, who starts the container.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caller {
    pub(super) user: u32,
    pub(super) group: u32,
}

impl Caller {
    /// An ordinary user.
    pub(super) const ANN: Self = Self { user: 1000, group: 100 };
    pub(super) const ROOT: Self = Self { user: 0, group: 0 };

    pub(super) fn is_root(self) -> bool {
        self.user == 0
    }
}

/// A line of a map: so many numbers, from one inside and one outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Map {
    pub(super) inside: u32,
    pub(super) outside: u32,
    pub(super) count: u32,
}

/// A user namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Users {
    pub(super) users: Option<Map>,
    pub(super) groups: Option<Map>,
    pub(super) denies_setgroups: bool,
}

impl Users {
    /// Returns that of the host, where the caller has its own number.
    pub(super) fn of_host(caller: Caller) -> Self {
        let own =
            |number| Some(Map { inside: number, outside: number, count: 1 });
        let (users, groups) = (own(caller.user), own(caller.group));
        Self { users, groups, denies_setgroups: false }
    }

    /// Returns the number that the caller's user has here.
    pub(super) fn user(&self, caller: Caller) -> u32 {
        inside(self.users, caller.user)
    }

    /// Returns the number that its group has here.
    pub(super) fn group(&self, caller: Caller) -> u32 {
        inside(self.groups, caller.group)
    }

    /// Writes a file of the namespace. `is_outside` says whether who writes is
    /// in the namespace of the caller, and not in this one.
    pub(super) fn write(
        &mut self,
        file: &str,
        text: &str,
        caller: Caller,
        is_outside: bool,
    ) -> Result<(), Errno> {
        let may_all = caller.is_root() && is_outside;
        match file {
            "setgroups" => self.write_setgroups(text.trim_end()),
            "uid_map" => {
                let map = read(text)?;
                let is_own = map.count == 1 && map.outside == caller.user;
                if self.users.is_some() || !(is_own || may_all) {
                    return Err(Errno::PERM);
                }
                self.users = Some(map);
                Ok(())
            }
            "gid_map" => {
                let map = read(text)?;
                let is_own = map.count == 1 && map.outside == caller.group;
                let is_safe = is_own && self.denies_setgroups;
                if self.groups.is_some() || !(is_safe || may_all) {
                    return Err(Errno::PERM);
                }
                self.groups = Some(map);
                Ok(())
            }
            _ => Err(Errno::NOENT),
        }
    }

    fn write_setgroups(&mut self, text: &str) -> Result<(), Errno> {
        match text {
            "deny" if self.groups.is_none() => {
                self.denies_setgroups = true;
                Ok(())
            }
            "allow" if !self.denies_setgroups => Ok(()),
            "deny" | "allow" => Err(Errno::PERM),
            _ => Err(Errno::INVAL),
        }
    }
}

fn inside(map: Option<Map>, outside: u32) -> u32 {
    match map {
        Some(map) if map.outside == outside => map.inside,
        _ => NOBODY,
    }
}

fn read(text: &str) -> Result<Map, Errno> {
    let numbers: Option<Vec<u32>> =
        text.split_whitespace().map(|word| word.parse().ok()).collect();
    match numbers.as_deref() {
        Some(&[inside, outside, count]) if count > 0 => {
            Ok(Map { inside, outside, count })
        }
        _ => Err(Errno::INVAL),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: Caller = Caller::ANN;

    #[test]
    fn groups_come_after_setgroups_is_denied() {
        let mut users = Users::default();
        let own = "0 100 1\n";
        let eager = users.write("gid_map", own, ANN, true);
        assert_eq!(eager, Err(Errno::PERM));
        assert_eq!(users.write("setgroups", "deny", ANN, true), Ok(()));
        assert_eq!(users.write("gid_map", own, ANN, true), Ok(()));
        let again = users.write("gid_map", own, ANN, true);
        assert_eq!(again, Err(Errno::PERM));
        let late = users.write("setgroups", "allow", ANN, true);
        assert_eq!(late, Err(Errno::PERM));
    }

    #[test]
    fn a_user_maps_itself_and_root_maps_anyone() {
        for text in ["0 0 1", "0 65534 1", "0 1000 2"] {
            let mut users = Users::default();
            let written = users.write("uid_map", text, ANN, true);
            assert_eq!(written, Err(Errno::PERM), "{text}");
            let written = users.write("uid_map", text, Caller::ROOT, true);
            assert_eq!(written, Ok(()), "{text}");
        }
        let mut users = Users::default();
        assert_eq!(users.write("uid_map", "0 1000", ANN, true), {
            Err(Errno::INVAL)
        });
        assert_eq!(users.write("uid_map", "0 1000 1", ANN, false), Ok(()));
        assert_eq!(users.user(ANN), 0);
        assert_eq!(users.group(ANN), NOBODY);
    }
}
