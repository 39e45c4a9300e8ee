use std::env;

#[derive(Debug)]
enum Level {
    Low,
    High(usize),
}

fn of<T: AsRef<[u8]>>(text: T) -> Option<Level> {
    let bytes = text.as_ref();
    if bytes.is_empty() {
        return None;
    }
    match bytes.len() {
        1..4 => Some(Level::Low),
        many => Some(Level::High(many)),
    }
}

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    for word in &words {
        match of(word) {
            Some(level) => println!("{level:?}"),
            None => println!("nothing"),
        }
    }
    if words.len() > 2 && words[0] < words[1] {
        println!("{:?}", of([1, 2, 3, 4]));
    }
}
