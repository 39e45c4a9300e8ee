//! Who is who inside: the maps of users and groups, and who may write them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// A run of `count` users (or groups): `inside` the container, and `outside`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdMap {
    /// The first number inside.
    pub inside: u32,
    /// The first number outside.
    pub outside: u32,
    /// How many there are.
    pub count: u32,
}

/// A run of users that a line of `/etc/subuid` lends to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lent {
    /// The first number.
    pub first: u32,
    /// How many there are.
    pub count: u32,
}

/// Who writes the maps, which decides what may be in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Writer {
    /// The new process itself: only the one user who started it.
    Itself,
    /// `newuidmap` and `newgidmap`: what /etc/subuid and /etc/subgid lend.
    Helpers,
    /// The caller, who is root: anything but root.
    Caller,
}

/// The maps of a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maps {
    /// Users.
    pub users: Vec<IdMap>,
    /// Groups.
    pub groups: Vec<IdMap>,
    /// Who writes them.
    pub writer: Writer,
}

/// Who asks for a container: the facts that decide on its maps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The effective user.
    pub user: u32,
    /// The effective group.
    pub group: u32,
    /// Whether number 0 is root of the host. In a user namespace it may be
    /// anybody.
    pub zero_is_root: bool,
    /// What `/etc/subuid` lends to the user.
    pub lent_users: Vec<Lent>,
    /// What `/etc/subgid` lends to the user.
    pub lent_groups: Vec<Lent>,
}

/// Which maps are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// Root inside is the caller; there is nobody else.
    #[default]
    Single,
    /// Root inside is the caller; others are those lent to the caller.
    Lent,
    /// These.
    Given {
        /// Users.
        users: Vec<IdMap>,
        /// Groups.
        groups: Vec<IdMap>,
    },
}

/// Decides on the maps: what is not allowed is refused here, by name, and not
/// by the kernel's one word for all of it.
///
/// # Errors
///
/// If root would be root, if nobody would be root inside, or if a map takes
/// in users who are not the caller's to give.
pub fn decide(wanted: &Wanted, caller: &Caller) -> Result<Maps, Error> {
    let own = |id| IdMap { inside: 0, outside: id, count: 1 };
    let (users, groups) = match wanted {
        Wanted::Single => (vec![own(caller.user)], vec![own(caller.group)]),
        Wanted::Lent => (
            lend(own(caller.user), &caller.lent_users, "/etc/subuid")?,
            lend(own(caller.group), &caller.lent_groups, "/etc/subgid")?,
        ),
        Wanted::Given { users, groups } => (users.clone(), groups.clone()),
    };
    check(&users, "map users", caller.zero_is_root)?;
    check(&groups, "map groups", caller.zero_is_root)?;
    // ANCHOR: writer
    let is_own = users == [own(caller.user)] && groups == [own(caller.group)];
    let writer = match caller.user {
        _ if is_own => Writer::Itself,
        0 => Writer::Caller,
        _ => Writer::Helpers,
    };
    // ANCHOR_END: writer
    if writer == Writer::Helpers {
        let owned = |id: u32, lent: &[Lent]| {
            let own = Lent { first: id, count: 1 };
            [lent, &[own]].concat()
        };
        let lent = owned(caller.user, &caller.lent_users);
        all_lent(&users, &lent, "map users", "/etc/subuid")?;
        let lent = owned(caller.group, &caller.lent_groups);
        all_lent(&groups, &lent, "map groups", "/etc/subgid")?;
    }
    Ok(Maps { users, groups, writer })
}

fn lend(own: IdMap, lent: &[Lent], file: &str) -> Result<Vec<IdMap>, Error> {
    if lent.is_empty() {
        let cause = "no line of it lends anything to this user; \
                     `usermod --add-subuids` adds one";
        return Err(Error::refused("map a range").at(file).because(cause));
    }
    let mut maps = vec![own];
    let mut inside = 1;
    for &Lent { first, count } in lent {
        let count = count.min(u32::MAX - inside);
        maps.push(IdMap { inside, outside: first, count });
        inside += count;
    }
    Ok(maps)
}

/// Refuses what no writer may write.
fn check(
    maps: &[IdMap],
    step: &'static str,
    zero_is_root: bool,
) -> Result<(), Error> {
    let refuse = |map: &IdMap, cause: &'static str| {
        Err(Error::refused(step).at(map.to_string()).because(cause))
    };
    for map in maps {
        let end = |first: u32| first.checked_add(map.count);
        if map.count == 0 || end(map.inside).is_none() {
            return refuse(map, "the run is empty, or ends beyond the numbers");
        }
        if end(map.outside).is_none() {
            return refuse(map, "the run ends beyond the numbers");
        }
        if map.outside == 0 && zero_is_root {
            return refuse(
                map,
                "root inside would be root of the host: start it as an \
                 ordinary user, drop to one (`--drop-to 65534`), or shift the \
                 map (`--map-users 0:100000:65536`)",
            );
        }
    }
    for (at, map) in maps.iter().enumerate() {
        let meet = |a: u32, b: u32, n: u32, m: u32| a < b + m && b < a + n;
        let twice = maps[..at].iter().any(|it| {
            meet(map.inside, it.inside, map.count, it.count)
                || meet(map.outside, it.outside, map.count, it.count)
        });
        if twice {
            return refuse(map, "it overlaps with the map before it");
        }
    }
    if maps.iter().any(|map| map.inside == 0) {
        return Ok(());
    }
    Err(Error::refused(step)
        .because("nobody is root inside: a map must begin at 0"))
}

/// Refuses what is not lent.
fn all_lent(
    maps: &[IdMap],
    lent: &[Lent],
    step: &'static str,
    file: &str,
) -> Result<(), Error> {
    for map in maps {
        let end = map.outside + map.count;
        let is_lent = lent.iter().any(|it| {
            it.first <= map.outside
                && u64::from(end) <= u64::from(it.first) + u64::from(it.count)
        });
        if !is_lent {
            let cause = format!(
                "a user may map itself, one to one; more must be lent by a \
                 line of {file}"
            );
            return Err(Error::refused(step)
                .at(map.to_string())
                .because(cause));
        }
    }
    Ok(())
}

/// Returns what a file such as `/etc/subuid` lends to a user, who is named
/// there by name or by number. Lines that make no sense lend nothing.
pub fn lent_by(text: &str, name: Option<&str>, id: u32) -> Vec<Lent> {
    let id = id.to_string();
    text.lines()
        .filter_map(|line| {
            let mut fields = line.trim().split(':');
            let who = fields.next()?;
            let first = fields.next()?.parse().ok()?;
            let count = fields.next()?.parse().ok()?;
            let is_it = who == id || Some(who) == name;
            (is_it && count > 0).then_some(Lent { first, count })
        })
        .collect()
}

impl fmt::Display for IdMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.inside, self.outside, self.count)
    }
}

impl FromStr for IdMap {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut numbers = text.split(':').map(str::parse);
        let mut next = || numbers.next()?.ok();
        let map = (|| {
            let map =
                Self { inside: next()?, outside: next()?, count: next()? };
            Some(map)
        })();
        match map {
            Some(map) if text.split(':').count() == 3 => Ok(map),
            _ => Err(Error::refused("read a map").at(text).because(
                "it is written INSIDE:OUTSIDE:COUNT, as in 0:100000:65536",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nobody() -> Caller {
        Caller {
            user: 1000,
            group: 100,
            zero_is_root: true,
            lent_users: Vec::new(),
            lent_groups: Vec::new(),
        }
    }

    fn given(map: &str) -> Wanted {
        let map: IdMap = map.parse().expect("a map");
        Wanted::Given { users: vec![map], groups: vec![map] }
    }

    fn refusal(wanted: &Wanted, caller: &Caller) -> String {
        decide(wanted, caller).expect_err("it is refused").to_string()
    }

    #[test]
    fn a_user_is_root_inside_by_a_map_of_one() {
        let maps = decide(&Wanted::Single, &nobody()).expect("allowed");
        assert_eq!(maps.writer, Writer::Itself);
        assert_eq!(maps.users[0].to_string(), "0:1000:1");
        assert_eq!(maps.groups[0].to_string(), "0:100:1");
    }

    #[test]
    fn root_is_not_root_inside() {
        let root = Caller { user: 0, group: 0, ..nobody() };
        let error = refusal(&Wanted::Single, &root);
        assert!(error.contains("root of the host"), "{error}");
        let error = refusal(&given("5:0:1"), &root);
        assert!(error.contains("root of the host"), "{error}");
        let maps = decide(&given("0:100000:65536"), &root).expect("shifted");
        assert_eq!(maps.writer, Writer::Caller);
    }

    /// As in a container, where root is whoever has started that.
    #[test]
    fn zero_is_mapped_where_it_is_not_root() {
        let inside =
            Caller { user: 0, group: 0, zero_is_root: false, ..nobody() };
        let maps = decide(&Wanted::Single, &inside).expect("allowed");
        assert_eq!(maps.writer, Writer::Itself);
        assert_eq!(maps.users[0].to_string(), "0:0:1");
    }

    #[test]
    fn what_is_not_lent_is_refused_by_name() {
        let error = refusal(&given("0:1000:2"), &nobody());
        assert!(error.contains("/etc/subuid"), "{error}");
        let error = refusal(&Wanted::Lent, &nobody());
        assert!(error.contains("/etc/subuid"), "{error}");
    }

    #[test]
    fn what_is_lent_is_mapped_behind_root() {
        let lent = vec![Lent { first: 100_000, count: 65_536 }];
        let caller =
            Caller { lent_users: lent.clone(), lent_groups: lent, ..nobody() };
        let maps = decide(&Wanted::Lent, &caller).expect("lent");
        assert_eq!(maps.writer, Writer::Helpers);
        assert_eq!(maps.users[1].to_string(), "1:100000:65536");
    }

    #[test]
    fn maps_that_make_no_sense_are_refused() {
        for (map, cause) in [
            ("0:5:0", "empty"),
            ("4294967295:5:2", "beyond"),
            ("0:4294967295:1", "beyond"),
            ("1:5:1", "nobody is root"),
        ] {
            let error = refusal(&given(map), &nobody());
            assert!(error.contains(cause), "{map}: {error}");
        }
        let [a, b] = ["0:5:2", "1:9:2"].map(|it| it.parse().expect("a map"));
        let both = Wanted::Given { users: vec![a, b], groups: vec![a, b] };
        assert!(refusal(&both, &nobody()).contains("overlaps"));
        for text in ["", "0", "0:1", "0:1:2:3", "a:b:c", "0:-1:1"] {
            assert!(text.parse::<IdMap>().is_err(), "{text}");
        }
    }

    #[test]
    fn lines_lend_by_name_or_number() {
        let text = "ann:10:5\n1000:20:6\nbob:x:1\nann:30\n\nann:40:0\n";
        let lent = |first, count| Lent { first, count };
        assert_eq!(
            lent_by(text, Some("ann"), 1000),
            [lent(10, 5), lent(20, 6)]
        );
        assert_eq!(lent_by(text, None, 7), []);
    }
}
