//! The operations on atomics in the source of a crate, as it is built for
//! loom.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use proc_macro2::{LineColumn, Span};
use quote::ToTokens;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::workspace::relative;

/// An operation in the source.
#[derive(Debug)]
pub(crate) struct CallSite {
    pub(crate) file: String,
    /// From the atomic to the end of the operation's name.
    pub(crate) start: LineColumn,
    pub(crate) end: LineColumn,
    /// Such as `compare_exchange`.
    pub(crate) operation: String,
    /// The function around it.
    pub(crate) function: String,
    /// Why the file goes past the shim, if it does.
    pub(crate) past_the_shim: Option<String>,
}

impl CallSite {
    /// Returns whether a place in the file is inside the operation; columns
    /// are counted from 0.
    pub(crate) fn has(&self, file: &str, place: LineColumn) -> bool {
        self.file == file && self.start <= place && place <= self.end
    }
}

/// Returns the operations in the modules of a library, unless they are tests
/// or left out under loom.
pub(crate) fn of_library(lib: &Path) -> Result<Vec<CallSite>> {
    let mut found = Vec::new();
    of_module(lib, lib.parent().context("a file is in a folder")?, &mut found)?;
    Ok(found)
}

/// Reads one file, whose modules are in `folder`.
fn of_module(
    file: &Path,
    folder: &Path,
    found: &mut Vec<CallSite>,
) -> Result<()> {
    let text = fs::read_to_string(file)
        .with_context(|| format!("cannot read {}", relative(file)))?;
    let code = syn::parse_file(&text)
        .with_context(|| format!("cannot parse {}", relative(file)))?;
    let mut search = Search {
        file: relative(file),
        text: &text,
        past_the_shim: None,
        folder: folder.to_owned(),
        functions: Vec::new(),
        modules: Vec::new(),
        found: Vec::new(),
    };
    search.visit_file(&code);
    found.append(&mut search.found);
    for (name, folder) in search.modules {
        let alone = folder.join(format!("{name}.rs"));
        let below = folder.join(&name);
        let file = if alone.exists() { alone } else { below.join("mod.rs") };
        of_module(&file, &below, found)?;
    }
    Ok(())
}

/// Returns the comment above a line, which says why it goes past the shim;
/// lines are counted from 1.
fn reason(text: &str, line: usize) -> String {
    let lines: Vec<&str> = text.lines().take(line - 1).collect();
    let comment = |line: &&&str| line.trim_start().starts_with("// ");
    let above: Vec<&str> = lines
        .iter()
        .rev()
        .take_while(comment)
        .map(|line| line.trim_start().trim_start_matches("// "))
        .collect();
    let above: Vec<&str> = above.into_iter().rev().collect();
    let above = above.join(" ");
    let reason = above.strip_prefix("Not modelled: ");
    reason.unwrap_or("no reason is given").to_owned()
}

struct Search<'a> {
    file: String,
    text: &'a str,
    past_the_shim: Option<String>,
    /// Where the modules of this place are.
    folder: PathBuf,
    functions: Vec<String>,
    /// Those that have a file of their own.
    modules: Vec<(String, PathBuf)>,
    found: Vec<CallSite>,
}

impl Search<'_> {
    fn add(&mut self, start: Span, name: &syn::Ident) {
        let function = self.functions.last().cloned();
        self.found.push(CallSite {
            file: self.file.clone(),
            start: start.start(),
            end: name.span().end(),
            operation: name.to_string(),
            function: function.unwrap_or_default(),
            past_the_shim: self.past_the_shim.clone(),
        });
    }

    fn inside(&mut self, name: &syn::Ident, visit: impl FnOnce(&mut Self)) {
        self.functions.push(name.to_string());
        visit(self);
        self.functions.pop();
    }
}

impl<'ast> Visit<'ast> for Search<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !is_left_out(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let path = format!("{}", item.tree.to_token_stream());
        if path.starts_with("std :: sync :: atomic") {
            let line = item.span().start().line;
            self.past_the_shim = Some(reason(self.text, line));
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let name = item.ident.to_string();
        if item.content.is_none() {
            return self.modules.push((name, self.folder.clone()));
        }
        let folder = self.folder.join(name);
        let before = std::mem::replace(&mut self.folder, folder);
        visit::visit_item_mod(self, item);
        self.folder = before;
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.inside(&item.sig.ident, |it| visit::visit_item_fn(it, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !is_left_out(&item.attrs) {
            let name = &item.sig.ident;
            self.inside(name, |it| visit::visit_impl_item_fn(it, item));
        }
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        let name = &item.sig.ident;
        self.inside(name, |it| visit::visit_trait_item_fn(it, item));
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let is_ordered = call.args.last().is_some_and(is_ordering);
        if is_ordered && is_operation(&call.method) {
            self.add(call.receiver.span(), &call.method);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let syn::Expr::Path(path) = &*call.func
            && let Some(last) = path.path.segments.last()
            && last.ident == "fence"
            // The shim's own.
            && path.path.segments[0].ident != "loom"
        {
            self.add(call.span(), &last.ident);
        }
        visit::visit_expr_call(self, call);
    }

    /// What `assert!` and the like are given are expressions too.
    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        let parse = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        if let Ok(parts) = parse.parse2(called.tokens.clone()) {
            // They live as long as this call, which the visitor need not know.
            let mut inner = Search {
                file: self.file.clone(),
                text: self.text,
                past_the_shim: self.past_the_shim.clone(),
                folder: self.folder.clone(),
                functions: self.functions.clone(),
                modules: Vec::new(),
                found: Vec::new(),
            };
            parts.iter().for_each(|part| inner.visit_expr(part));
            self.found.append(&mut inner.found);
        }
    }
}

const OPERATIONS: [&str; 5] =
    ["load", "store", "swap", "compare_exchange", "compare_exchange_weak"];

fn is_operation(name: &syn::Ident) -> bool {
    OPERATIONS.iter().any(|operation| name == operation)
        || name.to_string().starts_with("fetch_")
}

/// Returns whether an argument is an ordering: a path that ends in a name with
/// a capital, or a call that gets one from the steps.
fn is_ordering(argument: &syn::Expr) -> bool {
    let path = match argument {
        syn::Expr::Path(path) => path,
        syn::Expr::Call(call) => match &*call.func {
            syn::Expr::Path(path) => {
                return path.path.segments[0].ident == "unlock";
            }
            _ => return false,
        },
        _ => return false,
    };
    let last = path.path.segments.last().map(|it| it.ident.to_string());
    last.is_some_and(|it| it.starts_with(char::is_uppercase))
}

/// Returns whether an item is a test's, or not there under loom.
fn is_left_out(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let syn::Meta::List(list) = &attribute.meta else { return false };
        let text = list.tokens.to_string();
        let is_not_loom = text.contains("not") && text.contains("loom");
        let is_other = text == "shuttle" || text == "miri";
        attribute.path().is_ident("cfg")
            && (text == "test" || is_not_loom || is_other)
    })
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Fn(it) => &it.attrs,
        syn::Item::Impl(it) => &it.attrs,
        syn::Item::Mod(it) => &it.attrs,
        syn::Item::Use(it) => &it.attrs,
        syn::Item::Trait(it) => &it.attrs,
        syn::Item::Static(it) => &it.attrs,
        syn::Item::Const(it) => &it.attrs,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sites(text: &str) -> Vec<(usize, String, String)> {
        let folder = tempfile::tempdir().unwrap();
        let lib = folder.path().join("lib.rs");
        fs::write(&lib, text).unwrap();
        let found = of_library(&lib).unwrap();
        found
            .into_iter()
            .map(|it| (it.start.line, it.operation, it.function))
            .collect()
    }

    fn site(
        line: usize,
        operation: &str,
        function: &str,
    ) -> (usize, String, String) {
        (line, operation.to_owned(), function.to_owned())
    }

    #[test]
    fn each_operation_is_found_and_what_only_looks_like_one_is_not() {
        let found = sites(
            "fn a(x: &X, v: &mut [u8]) {
                x.word.load(Relaxed);
                x.word
                    .compare_exchange(0, 1, Ordering::AcqRel, Relaxed);
                x.word.store(0, unlock::<S>());
                fence(Ordering::SeqCst);
                assert_eq!(x.count.fetch_add(1, Relaxed), 3);
                v.swap(0, 1);
                x.load(path);
            }
            impl B { fn b(&self) { self.0.swap(true, O::PUBLISH); } }",
        );
        let expected = [
            site(2, "load", "a"),
            site(3, "compare_exchange", "a"),
            site(5, "store", "a"),
            site(6, "fence", "a"),
            site(7, "fetch_add", "a"),
            site(11, "swap", "b"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_loom_does_not_build_is_left_out() {
        let found = sites(
            "#[cfg(test)] mod tests { fn a() { X.load(Relaxed); } }
            #[cfg(all(target_os = \"linux\", not(any(loom, shuttle))))]
            mod linux { fn b() { X.load(Relaxed); } }
            #[cfg(any(loom, miri))]
            mod modelled { fn c() { X.load(Relaxed); } }",
        );
        assert_eq!(found, [site(5, "load", "c")]);
    }

    #[test]
    fn a_file_that_goes_past_the_shim_says_why() {
        let text = "//! A file.\n\n// Not modelled: it counts,\n// and \
                    decides nothing.\nuse std::sync::atomic::AtomicU64;\n";
        assert_eq!(reason(text, 5), "it counts, and decides nothing.");
        assert_eq!(reason(text, 2), "no reason is given");
        let folder = tempfile::tempdir().unwrap();
        let lib = folder.path().join("lib.rs");
        fs::write(&lib, format!("{text}fn f() {{ A.load(Relaxed); }}"))
            .unwrap();
        let found = of_library(&lib).unwrap();
        assert!(found[0].past_the_shim.is_some());
    }
}
