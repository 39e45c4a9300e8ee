//! The modules of a crate, and what each path in them leads to.
//!
//! Only what the source says is known: imports, re-exports and paths. What
//! names no module makes no arrow: a method that is called on a value, a
//! macro by the order of the text, a file by `include!`.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// The place of a module in [`Crate::modules`]; the root is first.
pub(crate) type ModuleId = usize;

/// Returns the text of a file, or `None` if there is none.
pub(crate) type Read<'a> = &'a dyn Fn(&str) -> Option<String>;

pub(crate) struct Crate {
    pub(crate) modules: Vec<Module>,
}

pub(crate) struct Module {
    pub(crate) file: String,
    pub(crate) parent: Option<ModuleId>,
    pub(crate) children: BTreeMap<String, ModuleId>,
    /// What `use` brings in, by the name that it has here.
    pub(crate) imports: BTreeMap<String, Vec<String>>,
    items: BTreeSet<String>,
    globs: Vec<Vec<String>>,
    /// The paths that the code names, with their lines.
    pub(crate) paths: Vec<(Vec<String>, usize)>,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Module(ModuleId),
    /// An item that this module defines.
    ItemOf(ModuleId),
}

/// Where a module is declared, and where its children's files are.
#[derive(Clone)]
struct Declared {
    file: String,
    folder: String,
    parent: Option<ModuleId>,
}

impl Crate {
    /// Reads the crate whose root is the file `root`.
    pub(crate) fn load(root: &str, read: Read<'_>) -> Self {
        let mut this = Self { modules: Vec::new() };
        this.add_file(
            Declared {
                file: root.into(),
                folder: folder_of(root).into(),
                parent: None,
            },
            read,
        );
        this
    }

    fn add_file(&mut self, declared: Declared, read: Read<'_>) -> ModuleId {
        let file = &declared.file;
        let text = read(file).unwrap_or_else(|| panic!("no file {file}"));
        let syntax = syn::parse_file(&text)
            .unwrap_or_else(|error| panic!("{file}: {error}"));
        self.add(declared, &syntax.items, read)
    }

    fn add(
        &mut self,
        declared: Declared,
        items: &[syn::Item],
        read: Read<'_>,
    ) -> ModuleId {
        let id = self.modules.len();
        self.modules.push(Module::new(&declared));
        for item in items.iter().filter(|item| !is_for_tests(item)) {
            match item {
                syn::Item::Mod(module) => {
                    let child = self.add_child(id, &declared, module, read);
                    let name = module.ident.to_string();
                    self.modules[id].children.insert(name, child);
                }
                _ => self.modules[id].visit_item(item),
            }
        }
        id
    }

    fn add_child(
        &mut self,
        parent: ModuleId,
        declared: &Declared,
        module: &syn::ItemMod,
        read: Read<'_>,
    ) -> ModuleId {
        let ident = &module.ident;
        let mut child = Declared {
            file: declared.file.clone(),
            folder: format!("{}{ident}/", declared.folder),
            parent: Some(parent),
        };
        if let Some((_, items)) = &module.content {
            return self.add(child, items, read);
        }
        child.file = match path_attribute(&module.attrs) {
            Some(path) => format!("{}{path}", folder_of(&declared.file)),
            None => format!("{}mod.rs", child.folder),
        };
        if read(&child.file).is_none() {
            child.file = format!("{}{ident}.rs", declared.folder);
        }
        self.add_file(child, read)
    }

    /// Follows a path that is written in the module `from`.
    pub(crate) fn resolve(
        &self,
        from: ModuleId,
        path: &[String],
    ) -> Option<Target> {
        self.follow(from, path, 0)
    }

    fn follow(
        &self,
        from: ModuleId,
        path: &[String],
        depth: usize,
    ) -> Option<Target> {
        let (first, rest) = path.split_first()?;
        let start = match first.as_str() {
            "crate" => Target::Module(0),
            "self" => Target::Module(from),
            "super" => Target::Module(self.modules[from].parent?),
            name => self.lookup(from, name, depth)?,
        };
        rest.iter().try_fold(start, |target, name| match target {
            Target::ItemOf(_) => Some(target),
            Target::Module(id) if name == "super" => {
                Some(Target::Module(self.modules[id].parent?))
            }
            // What a macro makes is in no list, so it counts as the module's.
            Target::Module(id) => {
                Some(self.lookup(id, name, depth).unwrap_or(Target::ItemOf(id)))
            }
        })
    }

    /// Returns a path with its first name replaced by what was imported.
    pub(crate) fn full(&self, id: ModuleId, path: &[String]) -> String {
        let imports = &self.modules[id].imports;
        match path.split_first() {
            Some((first, rest)) if imports.contains_key(first) => {
                [imports[first].as_slice(), rest].concat().join("::")
            }
            _ => path.join("::"),
        }
    }

    /// Returns what `name` stands for inside a module, or `None`
    /// if it is another crate's.
    fn lookup(&self, id: ModuleId, name: &str, depth: usize) -> Option<Target> {
        // Two globs may import each other.
        if depth > 16 {
            return None;
        }
        let module = &self.modules[id];
        if let Some(&child) = module.children.get(name) {
            return Some(Target::Module(child));
        }
        if let Some(path) = module.imports.get(name) {
            // `use name;` of another crate stands for itself.
            let is_itself = path.len() == 1 && path[0] == name;
            return if is_itself {
                None
            } else {
                self.follow(id, path, depth + 1)
            };
        }
        if module.items.contains(name) {
            return Some(Target::ItemOf(id));
        }
        module.globs.iter().find_map(|glob| {
            match self.follow(id, glob, depth + 1)? {
                Target::Module(of) if of != id => {
                    self.lookup(of, name, depth + 1)
                }
                _ => None,
            }
        })
    }
}

impl Module {
    fn new(declared: &Declared) -> Self {
        Self {
            file: declared.file.clone(),
            parent: declared.parent,
            children: BTreeMap::new(),
            imports: BTreeMap::new(),
            items: BTreeSet::new(),
            globs: Vec::new(),
            paths: Vec::new(),
        }
    }

    /// Takes in a `use`, which begins at `line`.
    fn import(&mut self, before: &[String], tree: &syn::UseTree, line: usize) {
        let after = |ident: &syn::Ident| {
            let mut path = before.to_vec();
            path.push(ident.to_string());
            path
        };
        match tree {
            syn::UseTree::Path(tree) => {
                self.import(&after(&tree.ident), &tree.tree, line);
            }
            syn::UseTree::Group(group) => {
                group
                    .items
                    .iter()
                    .for_each(|tree| self.import(before, tree, line));
            }
            syn::UseTree::Name(tree) if tree.ident == "self" => {
                let name = before.last().expect("`self` has a path before it");
                self.bring_in(name.clone(), before.to_vec(), line);
            }
            syn::UseTree::Name(tree) => {
                self.bring_in(tree.ident.to_string(), after(&tree.ident), line);
            }
            syn::UseTree::Rename(tree) => {
                let name = tree.rename.to_string();
                self.bring_in(name, after(&tree.ident), line);
            }
            syn::UseTree::Glob(_) => {
                self.globs.push(before.to_vec());
                let all = [before, &["*".to_owned()]].concat();
                self.paths.push((all, line));
            }
        }
    }

    fn bring_in(&mut self, name: String, path: Vec<String>, line: usize) {
        self.paths.push((path.clone(), line));
        self.imports.insert(name, path);
    }
}

impl Visit<'_> for Module {
    fn visit_item(&mut self, item: &syn::Item) {
        if !is_for_tests(item) {
            self.items.extend(name_of(item));
            visit::visit_item(self, item);
        }
    }

    /// A `use` inside a function counts as one of its module.
    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        let line = item.use_token.span.start().line;
        self.import(&[], &item.tree, line);
    }

    fn visit_path(&mut self, path: &syn::Path) {
        let names = path.segments.iter().map(|part| part.ident.to_string());
        self.paths.push((names.collect(), path.span().start().line));
        visit::visit_path(self, path);
    }

    /// What a macro is given is no syntax yet: its words are read.
    fn visit_macro(&mut self, called: &syn::Macro) {
        self.visit_path(&called.path);
        self.paths.extend(paths_in(called.tokens.clone()));
    }
}

/// Returns each `a::b::c` among the words of a macro.
fn paths_in(tokens: TokenStream) -> Vec<(Vec<String>, usize)> {
    let mut found: Vec<(Vec<String>, usize)> = Vec::new();
    let mut colons = 0;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                let line = ident.span().start().line;
                match found.last_mut() {
                    Some((path, _)) if colons == 2 => {
                        path.push(ident.to_string())
                    }
                    _ => found.push((vec![ident.to_string()], line)),
                }
                colons = 0;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            TokenTree::Group(group) => {
                found.extend(paths_in(group.stream()));
                colons = 0;
            }
            _ => colons = 0,
        }
    }
    found
}

fn folder_of(file: &str) -> &str {
    file.rfind('/').map_or("", |slash| &file[..=slash])
}

/// Returns the file that `#[path = "..."]` names.
fn path_attribute(attributes: &[syn::Attribute]) -> Option<String> {
    let path = attributes.iter().find(|it| it.path().is_ident("path"))?;
    match &path.meta.require_name_value().ok()?.value {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(path), .. }) => {
            Some(path.value())
        }
        _ => None,
    }
}

/// Returns true if an item is there only under `cfg(test)`.
pub(crate) fn is_for_tests(item: &syn::Item) -> bool {
    attributes(item).iter().any(|attribute| {
        let Ok(list) = attribute.meta.require_list() else { return false };
        let condition = list.tokens.to_string();
        list.path.is_ident("cfg")
            && (condition == "test" || condition.starts_with("all (test"))
    })
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Union(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn name_of(item: &syn::Item) -> Option<String> {
    let ident = match item {
        syn::Item::Const(item) => &item.ident,
        syn::Item::Enum(item) => &item.ident,
        syn::Item::Fn(item) => &item.sig.ident,
        syn::Item::Macro(item) => item.ident.as_ref()?,
        syn::Item::Static(item) => &item.ident,
        syn::Item::Struct(item) => &item.ident,
        syn::Item::Trait(item) => &item.ident,
        syn::Item::Type(item) => &item.ident,
        syn::Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}
