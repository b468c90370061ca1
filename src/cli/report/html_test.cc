// SPDX-License-Identifier: Apache-2.0
#include "cli/report/html.h"

#include <gtest/gtest.h>

namespace pqpack::cli {
namespace {

TEST(Html, NothingIsMarkup) {
  EXPECT_EQ(Html("<script>alert('x')</script>"), "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
  EXPECT_EQ(Html("a\" onmouseover=\"b"), "a&quot; onmouseover=&quot;b");
  EXPECT_EQ(Html("&lt;"), "&amp;lt;");
  EXPECT_EQ(Html("straße=ä"), "straße=ä");
}

TEST(Html, BytesThatAreNoTextAreMadeVisible) {
  EXPECT_EQ(Html("a\xff<"), "a\\xff&lt;");
  EXPECT_EQ(Html(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(Html("a\nb"), "a; b");
}

TEST(FillIn, PutsValuesInTheirPlaces) {
  EXPECT_EQ(FillIn("<{{a}}|{{b}}|{{a}}>", {{"a", "1"}, {"b", "2"}}), "<1|2|1>");
  EXPECT_EQ(FillIn("none", {}), "none");
}

TEST(FillIn, LeavesBracesOfValuesAlone) {
  EXPECT_EQ(FillIn("{{a}}{{b}}", {{"a", "{{b}}"}, {"b", "{{a}}"}}), "{{b}}{{a}}");
  EXPECT_EQ(FillIn("{{unknown}} {{a", {{"a", "1"}}), "{{unknown}} {{a");
}

TEST(ScriptHash, IsOfTheScript) {
  // printf %s 'alert(1)' | openssl dgst -sha256 -binary | base64
  EXPECT_EQ(ScriptHash("<p><script>alert(1)</script>"),
            "sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=");
}

}  // namespace
}  // namespace pqpack::cli
