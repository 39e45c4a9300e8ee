// Grows the search's index from the list of its words.
//
// A place is a section's number, and after a star how often the word stands
// there. The tree of letters is what elasticlunr loads.
(() => {
    function grow(words) {
        const root = { docs: {}, df: 0 };
        for (const [word, places] of Object.entries(words)) {
            let node = root;
            for (const letter of word) {
                node = node[letter] ??= { docs: {}, df: 0 };
            }
            for (const place of places.split(' ')) {
                const [section, times = 1] = place.split('*');
                node.docs[section] = { tf: Math.sqrt(times) };
                node.df++;
            }
        }
        return { root };
    }
    const search = WORDS;
    const fields = search.index.index;
    for (const field in fields) {
        fields[field] = grow(fields[field]);
    }
    window.search = Object.assign(window.search, search);
})();
