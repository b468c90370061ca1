// SPDX-License-Identifier: Apache-2.0
//
// A run is disturbed at its n-th store call, for every n, and run again: it then ends as an
// undisturbed run does, nothing is left over, and at no time was anything visible that an
// undisturbed run would not have written.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "run/repack.h"
#include "run/repack_testing.h"
#include "store/conformance_testing.h"
#include "store/fault_store.h"

namespace pqpack {
namespace {

struct Disturbance {
  std::string name;
  StoreFault::Kind kind;
  ErrorCode code = ErrorCode::kTransient;
};

const std::vector<Disturbance>& Disturbances() {
  static const std::vector<Disturbance> all = {
      {"fails", StoreFault::kFail},
      {"is_throttled", StoreFault::kFail, ErrorCode::kThrottled},
      {"loses_its_answer", StoreFault::kLostAnswer},
      {"is_truncated", StoreFault::kTruncate},
      {"is_delayed", StoreFault::kDelay},
      {"dies", StoreFault::kCrash},
  };
  return all;
}

class RepackFaults : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    const std::string data = "test/data/arrow_go_18_5_0/";
    // Small ones: hundreds of runs go over them.
    Put(store(), At("src/a/delta.parquet"), TestFile(data + "delta_int32.parquet"));
    Put(store(), At("src/empty.parq"), TestFile(data + "only_empty_groups.parquet"));
    Put(store(), At("src/notes.txt"), "not ours");
    options_.source = At("src");
    options_.target = FindTarget("snowflake").ValueOrDie();
    options_.workers = 1;  // so that the n-th call is always the same
  }

  Status RunTo(const Uri& destination, ObjectStore& store) {
    options_.destination = destination;
    summary_ = {};
    Executor io(1);
    return Repack(options_, store, store, io, events_, {}, &summary_);
  }

  // Relative name -> bytes of the outputs; of a folder that is not there, none.
  std::map<std::string, std::string> Outputs(const Uri& folder) {
    std::map<std::string, std::string> outputs;
    if (CodeOf(store().List(folder).status()) == ErrorCode::kNotFound) return outputs;
    for (auto& [key, bytes] : Contents(store(), folder)) {
      outputs[key.substr(folder.AsFolder().key.size())] = std::move(bytes);
    }
    return outputs;
  }

  void Disturb(const Disturbance& disturbance, int64_t n, const Uri& destination,
               const std::map<std::string, std::string>& undisturbed) {
    SCOPED_TRACE("call " + std::to_string(n) + " " + disturbance.name);
    {
      FaultStore faulty(&store(), {{{.kind = disturbance.kind, .nth = n, .code = disturbance.code}},
                                   [] { std::this_thread::yield(); }});
      (void)RunTo(destination, faulty);
    }
    for (const auto& [name, bytes] : Outputs(destination)) {
      ASSERT_TRUE(undisturbed.contains(name)) << name;
      EXPECT_EQ(bytes, undisturbed.at(name)) << name;
    }
    ASSERT_TRUE(RunTo(destination, store()).ok());
    EXPECT_EQ(summary_.failed, 0);
    EXPECT_EQ(Outputs(destination), undisturbed);
    EXPECT_TRUE(store().Unfinished(destination).ValueOrDie().empty());
  }

  // Each call of an undisturbed run, which `counting` has counted, in each way.
  void DisturbAll(const FaultStore& counting,
                  const std::map<std::string, std::string>& undisturbed) {
    ASSERT_GT(counting.calls(), 10);
    int64_t first = 1;
    for (const Disturbance& disturbance : Disturbances()) {
      for (int64_t n = first; n <= counting.calls(); n += stride()) {
        Disturb(disturbance, n, At(disturbance.name + std::to_string(n)), undisturbed);
      }
      first = first % stride() + 1;
    }
  }

  // A real server takes a while: there every third call, beginning elsewhere for each kind.
  int64_t stride() const { return kind() == StoreKind::kS3 ? 3 : 1; }

  RepackOptions options_;
  RepackSummary summary_;
  Events events_;
};

TEST_P(RepackFaults, ARerunCompletesWhateverCallWentWrong) {
  FaultStore counting(&store(), {});
  ASSERT_TRUE(RunTo(At("undisturbed"), counting).ok());
  const auto undisturbed = Outputs(At("undisturbed"));
  ASSERT_EQ(undisturbed.size(), 2U);
  DisturbAll(counting, undisturbed);
}

TEST_P(RepackFaults, ARerunCompletesWhatTheStoreCopies) {
  options_.source = At("large");
  Put(store(), At("large/a.parquet"), LargeFile(5 * kMiB + kKiB));
  FaultStore counting(&store(), {});
  ASSERT_TRUE(RunTo(At("undisturbed"), counting).ok());
  ASSERT_EQ(summary_.by_store, 1);
  ASSERT_EQ(counting.calls(StoreOperation::kAppendFrom), 1);
  DisturbAll(counting, Outputs(At("undisturbed")));
}

INSTANTIATE_TEST_SUITE_P(Stores, RepackFaults,
                         ::testing::Values(StoreCase{StoreKind::kMemory, false},
                                           StoreCase{StoreKind::kLocal, false},
                                           StoreCase{StoreKind::kS3, false}),
                         NameOfCase);

}  // namespace
}  // namespace pqpack
