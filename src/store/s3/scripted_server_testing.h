// SPDX-License-Identifier: Apache-2.0
//
// For tests: an HTTP server on a loopback port that answers as a function says, with
// what no real server can be made to send.  Each connection carries one request.
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "store/s3/client.h"

namespace pqpack {

struct ScriptedRequest {
  std::string method;
  std::string target;  // path and query as sent
  HttpHeaders headers;
  std::string body;

  std::string Header(std::string_view name) const {
    const auto* value = FindHeader(headers, name);
    return value == nullptr ? "" : *value;
  }
};

// A whole answer.  `length`: what Content-Length claims; -1: the truth.
inline std::string HttpAnswer(int status, const std::string& body, const std::string& headers = "",
                              int64_t length = -1) {
  if (length < 0) length = static_cast<int64_t>(body.size());
  return fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n{}", status,
                     length, headers, body);
}

inline std::string ErrorAnswer(int status, const std::string& code, const std::string& headers = "",
                               const std::string& elements = "") {
  return HttpAnswer(status,
                    "<Error><Code>" + code + "</Code><Message>no</Message>" + elements + "</Error>",
                    headers);
}

class ScriptedServer {
 public:
  // Returns the bytes to send; the connection is closed after them.  Called by one
  // thread at a time.
  using Script = std::function<std::string(const ScriptedRequest& request)>;

  explicit ScriptedServer(Script script) : script_(std::move(script)) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    listen(listener_, 64);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { Accept(); });
  }

  ~ScriptedServer() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (auto& thread : threads_) thread.join();
    close(listener_);
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  std::vector<ScriptedRequest> requests() const {
    std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void Accept() {
    while (true) {
      const int connection = accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      threads_.emplace_back([this, connection] { Serve(connection); });
    }
  }

  void Serve(int connection) {
    ScriptedRequest request;
    if (Receive(connection, &request)) {
      std::lock_guard lock(mutex_);
      requests_.push_back(request);
      const std::string answer = script_(request);
      for (size_t sent = 0; sent < answer.size();) {
        const ssize_t n =
            send(connection, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) break;
        sent += static_cast<size_t>(n);
      }
    }
    close(connection);
  }

  static bool Receive(int connection, ScriptedRequest* request) {
    std::string data;
    size_t head_size = 0, total = std::string::npos;
    while (data.size() < total) {
      char buffer[65536];
      const ssize_t n = recv(connection, buffer, sizeof(buffer), 0);
      if (n <= 0) return false;
      data.append(buffer, static_cast<size_t>(n));
      if (head_size != 0) continue;
      const size_t end = data.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      head_size = end + 4;
      ParseHead(data.substr(0, end), request);
      const std::string length = request->Header("content-length");
      total = head_size + (length.empty() ? 0 : std::stoul(length));
    }
    request->body = data.substr(head_size);
    return true;
  }

  static void ParseHead(const std::string& head, ScriptedRequest* request) {
    const size_t space = head.find(' ');
    request->method = head.substr(0, space);
    request->target = head.substr(space + 1, head.find(' ', space + 1) - space - 1);
    for (size_t at = head.find("\r\n"); at != std::string::npos; at = head.find("\r\n", at + 2)) {
      const size_t colon = head.find(':', at);
      const size_t end = std::min(head.find("\r\n", at + 2), head.size());
      if (colon == std::string::npos || colon > end) continue;
      std::string name = head.substr(at + 2, colon - at - 2);
      std::transform(name.begin(), name.end(), name.begin(), ::tolower);
      const size_t value = head.find_first_not_of(' ', colon + 1);
      request->headers.emplace_back(name, head.substr(value, end - value));
    }
  }

  Script script_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<ScriptedRequest> requests_;
  std::thread acceptor_;
  std::vector<std::thread> threads_;
};

// A client of that server which does not really wait, and remembers what it was told.
class ScriptedClient {
 public:
  explicit ScriptedClient(ScriptedServer::Script script) : server(std::move(script)) {
    config.s3.endpoint_url = server.url();
    config.counters = &counters;
    config.events = &events;
    parts.credentials = [](bool) { return Credentials{"key", "secret-never-shown", ""}; };
    parts.retry.random = [] { return 0.5; };
    parts.retry.sleep = [this](RetryDelay delay, std::stop_token) { sleeps.push_back(delay); };
  }

  S3Client* operator->() { return get(); }
  S3Client* get() {
    if (client_ == nullptr) client_ = S3Client::Make(config, parts).ValueOrDie();
    return client_.get();
  }

  int64_t Requests(const std::string& operation) { return counters.Snapshot()[operation].requests; }

  class Events : public EventSink {
   public:
    void Emit(const Event& event) override {
      std::lock_guard lock(mutex_);
      all.push_back(event);
    }
    std::vector<Event> all;

   private:
    std::mutex mutex_;
  };

  Events events;
  RequestCounters counters;
  std::vector<RetryDelay> sleeps;
  StoreConfig config;    // may be changed before the first request
  AwsSenderParts parts;  // likewise
  ScriptedServer server;

 private:
  std::unique_ptr<S3Client> client_;
};

inline Uri TestObject(const std::string& key = "dir/key") { return {Scheme::kS3, "bucket", key}; }

}  // namespace pqpack
