// SPDX-License-Identifier: Apache-2.0
//
// Does what a sanitizer must report; ctest passes only when it is reported, which proves that the
// sanitizers of this build are on.  sanitizer_canary address|undefined|thread
#include <limits>
#include <string_view>
#include <thread>
#include <vector>

int main(int argc, char** argv) {
  const std::string_view fault = argc == 2 ? argv[1] : "";
  volatile int sink = 0;
  if (fault == "address") {
    std::vector<int> values(4);
    const volatile int* past_the_end = values.data() + values.size();
    sink = *past_the_end;
  } else if (fault == "undefined") {
    volatile int largest = std::numeric_limits<int>::max();
    sink = largest + 1;
  } else if (fault == "thread") {
    int shared = 0;
    std::thread other([&] { shared = 1; });
    shared = 2;
    other.join();
    sink = shared;
  }
  return sink;
}
