// SPDX-License-Identifier: Apache-2.0
#include "store/s3/xml.h"

#include <gtest/gtest.h>

namespace pqpack {
namespace {

TEST(Xml, KeepsTextThatIsOnlySpace) {
  pugi::xml_document document;
  ASSERT_TRUE(ParseXml("<a>\n <Key>  </Key>\n <Other>x&amp;&#x1;y</Other>\n</a>", &document));
  EXPECT_EQ(ChildText(document.child("a"), "Key"), "  ");
  EXPECT_EQ(ChildText(document.child("a"), "Other"), "x&\x01y");
  EXPECT_EQ(ChildText(document.child("a"), "None"), "");
  EXPECT_EQ(ChildText(document.child("none"), "Key"), "");
}

TEST(Xml, RefusesWhatIsNotOneDocument) {
  pugi::xml_document document;
  for (const char* text : {"", "plain", "<a>", "<a></b>", "<a", "</a>"}) {
    EXPECT_FALSE(ParseXml(text, &document)) << text;
  }
}

// Complete keeps the connection alive with spaces while it works.
TEST(Xml, SpaceAroundTheRootIsNothing) {
  pugi::xml_document document;
  ASSERT_TRUE(ParseXml("  \n<?xml version=\"1.0\"?>\n   \n  <a><b>c</b></a> \n", &document));
  EXPECT_EQ(ChildText(document.child("a"), "b"), "c");
}

TEST(Xml, DeepNestingDoesNotOverflow) {
  pugi::xml_document document;
  std::string deep;
  for (int i = 0; i < 1'000'000; ++i) deep += "<a>";
  EXPECT_FALSE(ParseXml(deep, &document));
}

TEST(ParseSize, OnlyWholeNonNegativeNumbers) {
  EXPECT_EQ(ParseSize("0"), 0);
  EXPECT_EQ(ParseSize("9223372036854775807"), INT64_MAX);
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "1.5", "0x1", "9223372036854775808"}) {
    EXPECT_EQ(ParseSize(text), std::nullopt) << text;
  }
}

TEST(ParseIsoTime, WhatServersSend) {
  using namespace std::chrono_literals;
  const TimePoint second = std::chrono::sys_days(2009y / 10 / 12) + 17h + 50min + 30s;
  EXPECT_EQ(ParseIsoTime("2009-10-12T17:50:30.000Z"), second);
  EXPECT_EQ(ParseIsoTime("2009-10-12T17:50:30Z"), second);
  EXPECT_EQ(ParseIsoTime("2009-10-12T17:50:30.25Z"), second + 250ms);
  EXPECT_EQ(ParseIsoTime("2009-10-12T17:50:30.123456789Z"), second + 123456789ns);
  EXPECT_EQ(ParseIsoTime("2009-10-12T17:50:30.1234567891Z"), second + 123456789ns);
}

TEST(ParseIsoTime, RefusesTheRest) {
  for (const char* text :
       {"", "Z", "2009-10-12", "2009-10-12T17:50:30", "2009-10-12 17:50:30Z",
        "2009-13-12T17:50:30Z", "2009-02-30T17:50:30Z", "2009-10-12T25:50:30Z",
        "2009-10-12T17:50:30.Z", "2009-10-12T17:50:30.xZ", "2009-10-12T17:50:30,000Z",
        "-009-10-12T17:50:30Z", "2009-1a-12T17:50:30Z", "2009-10-12T17:50:+1Z"}) {
    EXPECT_EQ(ParseIsoTime(text), std::nullopt) << text;
  }
}

TEST(BareEtag, LosesItsQuotes) {
  EXPECT_EQ(BareEtag("\"abc-2\""), "abc-2");
  EXPECT_EQ(BareEtag("abc"), "abc");
  EXPECT_EQ(BareEtag("\""), "\"");
  EXPECT_EQ(BareEtag(""), "");
}

TEST(XmlEscape, MakesTextSafe) { EXPECT_EQ(XmlEscape("<\"a&b\">"), "&lt;&quot;a&amp;b&quot;&gt;"); }

}  // namespace
}  // namespace pqpack
