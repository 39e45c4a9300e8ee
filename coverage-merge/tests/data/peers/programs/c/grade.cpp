#include <cstdio>
#include <stdexcept>
#include <string>

template <typename T>
T larger(T a, T b) {
  return a > b ? a : b;
}

int points(const std::string &word) {
  if (word.empty())
    throw std::invalid_argument("no word");
  int sum = 0;
  for (char c : word) {
    if (c >= 'a' && c <= 'z' && c != 'e')
      sum += 2;
    else
      sum += 1;
  }
  return sum;
}

const char *grade(int points) {
  switch (points) {
  case 0:
  case 1:
    return "none";
  case 2:
    return "low";
  default:
    return points > 10 ? "high" : "middle";
  }
}

int main(int argc, char **argv) {
  auto say = [](const char *text) { std::puts(text); };
  for (int i = 1; i < argc; i++) {
    try {
      say(grade(larger(points(argv[i]), i)));
    } catch (const std::exception &e) {
      say(e.what());
    }
  }
  if (argc > 3)
    say(larger(2.5, 1.5) > 2 ? "many" : "few");
  return 0;
}
