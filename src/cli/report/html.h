// SPDX-License-Identifier: Apache-2.0
//
// Text in a page of HTML.  Names of files and values come from anyone who can write to a bucket.
// Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace pqpack::cli {

// As an element's text, or as an attribute's value in quotes: shown as it is, whatever it is.
// Line breaks, control characters and broken UTF-8 are made visible, as OneLine() does.
std::string Html(std::string_view text);

// Puts values in the place of {{name}}, in one pass: what values have of braces stays as it is,
// and so does a name that has no value.
std::string FillIn(std::string_view page, const std::map<std::string, std::string>& values);

// Of the text between <script> and </script>, as a Content-Security-Policy names it:
// "sha256-...".  No other script of the page runs, should one ever get in.
std::string ScriptHash(std::string_view page);

}  // namespace pqpack::cli
