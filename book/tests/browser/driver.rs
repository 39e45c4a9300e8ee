//! A browser under remote control (W3C WebDriver), as little as is needed.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// A headless Chromium and the chromedriver that steers it.
pub(crate) struct Browser {
    driver: Child,
    session: String,
}

impl Browser {
    /// Starts a browser whose window is `width` wide.
    ///
    /// # Panics
    ///
    /// When there is no chromedriver or no Chromium.
    pub(crate) fn start(width: u32) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("chromedriver: apt-get install chromium chromium-driver");
        let stdout = driver.stdout.take().expect("stdout is piped");
        let port = BufReader::new(stdout)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| port(&line))
            .expect("chromedriver says its port");
        let server = format!("http://127.0.0.1:{port}/session");
        let answer = post(&server, &capabilities(width));
        let id = answer["sessionId"].as_str().unwrap_or_else(|| {
            let why = &answer["value"]["message"];
            panic!("chromedriver starts no Chromium of its version: {why}")
        });
        Self { driver, session: format!("{server}/{id}") }
    }

    pub(crate) fn open(&self, address: &str) {
        self.post("url", &json!({ "url": address }));
    }

    /// Runs the body of a function in the page; its value.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Presses a key where the focus is; special keys have code points.
    pub(crate) fn press(&self, key: char) {
        self.press_times(key, 1);
    }

    /// Presses a key so many times.
    pub(crate) fn press_times(&self, key: char, times: i64) {
        let press = [
            json!({ "type": "keyDown", "value": key }),
            json!({ "type": "keyUp", "value": key }),
        ];
        let actions: Vec<Value> =
            (0..times).flat_map(|_| press.clone()).collect();
        let keyboard =
            json!({ "type": "key", "id": "keyboard", "actions": actions });
        self.post("actions", &json!({ "actions": [keyboard] }));
    }

    /// Shows pages as `media` (`screen`, `print`) and in a colour scheme
    /// (`light`, `dark`), whatever this machine would choose.
    pub(crate) fn show_as(&self, media: &str, scheme: &str) {
        let feature =
            json!({ "name": "prefers-color-scheme", "value": scheme });
        self.emulate(&json!({ "media": media, "features": [feature] }));
    }

    /// Runs a script in each page that is opened from now on, before its own.
    pub(crate) fn run_first(&self, script: &str) {
        self.devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            &json!({ "source": script }),
        );
    }

    /// Opens whatever the page has folded away.
    pub(crate) fn unfold(&self) {
        self.run(
            "document.querySelectorAll('details').forEach(d => d.open = true)",
        );
    }

    /// Taps the middle of the first element that `selector` finds.
    pub(crate) fn tap(&self, selector: &str) {
        self.drag(selector, &[0]);
    }

    /// Puts a finger on the first element that `selector` finds, and moves it
    /// from place to place, each so many pixels to the right of the middle.
    pub(crate) fn drag(&self, selector: &str, places: &[i32]) {
        let find = json!({ "using": "css selector", "value": selector });
        let element = self.post("element", &find);
        let mut actions: Vec<Value> = places
            .iter()
            .map(|x| {
                json!({ "type": "pointerMove", "x": x, "y": 0,
                    "duration": 0, "origin": element })
            })
            .collect();
        actions.insert(1, json!({ "type": "pointerDown", "button": 0 }));
        actions.push(json!({ "type": "pointerUp", "button": 0 }));
        let finger = json!({ "type": "pointer", "id": "finger",
            "parameters": { "pointerType": "touch" }, "actions": actions });
        self.post("actions", &json!({ "actions": [finger] }));
    }

    /// Shows pages as to a reader who asked for less motion.
    pub(crate) fn reduce_motion(&self) {
        let feature =
            json!({ "name": "prefers-reduced-motion", "value": "reduce" });
        self.emulate(&json!({ "features": [feature] }));
    }

    /// Shows pages from now on as to a reader who allows no scripts.
    pub(crate) fn forbid_scripts(&self) {
        let params = json!({ "value": true });
        self.devtools("Emulation.setScriptExecutionDisabled", &params);
    }

    fn emulate(&self, media: &Value) {
        self.devtools("Emulation.setEmulatedMedia", media);
    }

    fn devtools(&self, command: &str, params: &Value) {
        self.post(
            "goog/cdp/execute",
            &json!({ "cmd": command, "params": params }),
        );
    }

    /// Returns what the page has written to the console since the last call.
    pub(crate) fn console(&self) -> Vec<Value> {
        let log = self.post("se/log", &json!({ "type": "browser" }));
        log.as_array().cloned().unwrap_or_default()
    }

    fn post(&self, command: &str, body: &Value) -> Value {
        post(&format!("{}/{command}", self.session), body)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = ureq::delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Returns the port in "... was started successfully on port 12345."
fn port(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}

fn capabilities(width: u32) -> Value {
    let metrics = json!({ "width": width, "height": 800, "pixelRatio": 1 });
    let options = json!({
        // The pages are our own, and containers often run as root.
        "args": ["--headless=new", "--no-sandbox", "--disable-gpu"],
        "mobileEmulation": { "deviceMetrics": metrics },
    });
    json!({ "capabilities": { "alwaysMatch": {
        "browserName": "chrome",
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL" },
    }}})
}

fn post(address: &str, body: &Value) -> Value {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .new_agent();
    let mut answer = agent
        .post(address)
        .send_json(body)
        .unwrap_or_else(|error| panic!("{address}: {error}"));
    let mut answer: Value =
        answer.body_mut().read_json().expect("WebDriver answers JSON");
    let value = answer["value"].take();
    assert!(value.get("error").is_none(), "{address}: {value}");
    value
}
