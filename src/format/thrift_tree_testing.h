// SPDX-License-Identifier: Apache-2.0
//
// For tests that break a footer or page header in one place: any structure of the
// compact protocol as a tree that can be changed and written again.  Knows no
// field by name and shares no code with CompactReader.  Throws std::out_of_range
// (by .at) on bytes that are no such structure: tests hand it good ones.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pqpack::testing {

struct ThriftTree {
  enum Type {
    kTrue = 1,
    kFalse,
    kByte,
    kI16,
    kI32,
    kI64,
    kDouble,
    kBinary,
    kList,
    kSet,
    kMap,
    kStruct
  };

  int type = kStruct;
  int64_t number = 0;             // integers
  std::string bytes;              // binary, double, byte
  int element = 0;                // of a list
  std::vector<ThriftTree> items;  // of a list; fields of a structure
  std::vector<int> ids;           // of these fields

  static ThriftTree Parse(std::string_view bytes, size_t* length = nullptr) {
    size_t at = 0;
    ThriftTree tree = ReadValue(bytes, &at, kStruct);
    if (length != nullptr) *length = at;
    return tree;
  }

  std::string Write() const {
    std::string out;
    WriteValue(&out);
    return out;
  }

  // The field or element, which must be there.
  ThriftTree& operator()(int id) {
    return items.at(static_cast<size_t>(std::ranges::find(ids, id) - ids.begin()));
  }
  ThriftTree& operator[](size_t i) { return items.at(i); }

  void Erase(int id) {
    const auto place = std::ranges::find(ids, id);
    if (place == ids.end()) return;
    items.erase(items.begin() + (place - ids.begin()));
    ids.erase(place);
  }

  // Adds a field in its place.
  ThriftTree& Add(int id, ThriftTree value) {
    const auto place = std::ranges::upper_bound(ids, id) - ids.begin();
    ids.insert(ids.begin() + place, id);
    return *items.insert(items.begin() + place, std::move(value));
  }

  static ThriftTree Integer(Type type, int64_t value) {
    ThriftTree tree;
    tree.type = type;
    tree.number = value;
    return tree;
  }
  static ThriftTree Binary(std::string value) {
    ThriftTree tree;
    tree.type = kBinary;
    tree.bytes = std::move(value);
    return tree;
  }

 private:
  static uint64_t ReadVarint(std::string_view bytes, size_t* at) {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<uint8_t>(bytes.at((*at)++));
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
  static int64_t ReadZigZag(std::string_view bytes, size_t* at) {
    const uint64_t raw = ReadVarint(bytes, at);
    return static_cast<int64_t>(raw >> 1) ^ -static_cast<int64_t>(raw & 1);
  }

  static ThriftTree ReadValue(std::string_view bytes, size_t* at, int type) {
    ThriftTree tree;
    tree.type = type;
    switch (type) {
      case kTrue:
      case kFalse:
        break;
      case kByte:
        tree.bytes = bytes.substr((*at)++, 1);
        break;
      case kDouble:
        tree.bytes = bytes.substr(*at, 8);
        *at += 8;
        break;
      case kBinary: {
        const size_t size = ReadVarint(bytes, at);
        tree.bytes = bytes.substr(*at, size);
        *at += size;
        break;
      }
      case kList:
      case kSet: {
        const auto head = static_cast<uint8_t>(bytes.at((*at)++));
        tree.element = head & 15;
        const uint64_t count = head >> 4 == 15 ? ReadVarint(bytes, at) : head >> 4;
        for (uint64_t i = 0; i < count; ++i) {
          if (tree.element <= kFalse) {
            tree.items.push_back(Integer(kByte, 0));
            tree.items.back().bytes = bytes.substr((*at)++, 1);
          } else {
            tree.items.push_back(ReadValue(bytes, at, tree.element));
          }
        }
        break;
      }
      case kStruct:
        for (int id = 0;;) {
          const auto head = static_cast<uint8_t>(bytes.at((*at)++));
          if (head == 0) break;
          id = head >> 4 == 0 ? static_cast<int>(ReadZigZag(bytes, at)) : id + (head >> 4);
          tree.ids.push_back(id);
          tree.items.push_back(ReadValue(bytes, at, head & 15));
        }
        break;
      default:
        tree.number = ReadZigZag(bytes, at);
    }
    return tree;
  }

  static void WriteVarint(std::string* out, uint64_t value) {
    for (; value >= 0x80; value >>= 7) *out += static_cast<char>(value | 0x80);
    *out += static_cast<char>(value);
  }
  static void WriteZigZag(std::string* out, int64_t value) {
    WriteVarint(out, static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63));
  }

  void WriteValue(std::string* out) const {
    switch (type) {
      case kTrue:
      case kFalse:
        break;
      case kByte:
      case kDouble:
        *out += bytes;
        break;
      case kBinary:
        WriteVarint(out, bytes.size());
        *out += bytes;
        break;
      case kList:
      case kSet:
        if (items.size() < 15) {
          *out += static_cast<char>(items.size() << 4 | static_cast<size_t>(element));
        } else {
          *out += static_cast<char>(0xf0 | element);
          WriteVarint(out, items.size());
        }
        for (const ThriftTree& item : items) item.WriteValue(out);
        break;
      case kStruct: {
        int last = 0;
        for (size_t i = 0; i < ids.size(); ++i) {
          const int head = items[i].type;
          if (ids[i] > last && ids[i] - last < 16) {
            *out += static_cast<char>((ids[i] - last) << 4 | head);
          } else {
            *out += static_cast<char>(head);
            WriteZigZag(out, ids[i]);
          }
          items[i].WriteValue(out);
          last = ids[i];
        }
        *out += '\0';
        break;
      }
      default:
        WriteZigZag(out, number);
    }
  }
};

}  // namespace pqpack::testing
