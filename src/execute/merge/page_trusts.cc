// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/page_trusts.h"

#include <utility>

#include "execute/copy/copy_file.h"

namespace pqpack {

Result<PageTrusts> PageTrusts::Make(const MergeSetup& setup) {
  using Key = std::tuple<int, std::string, bool>;
  std::map<Key, const PageTrust*> known;
  PageTrusts trusts;
  for (size_t place = 0; place < setup.set().inputs.size(); ++place) {
    const MergeInput& input = setup.input(place);
    const FileMetaData& footer = *input.footer;
    // Inputs of one shape have the same schema, byte for byte.
    const PageTrust*& trust = known[{setup.set().shape_of[place], footer.created_by.value_or(""),
                                     HasColumnOrders(footer)}];
    if (trust == nullptr) {
      auto made = PageTrust::Make(footer);
      if (!made.ok()) return Within(input.name, made.status());
      trusts.distinct_.push_back(std::make_unique<PageTrust>(*std::move(made)));
      trust = trusts.distinct_.back().get();
    }
    trusts.of_.push_back(trust);
  }
  return trusts;
}

}  // namespace pqpack
