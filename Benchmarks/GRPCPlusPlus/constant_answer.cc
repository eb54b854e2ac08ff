// The foreign yardstick of the server's benchmark: gRPC's own C++ server with its callback interface, a constant answer to each
// Check. Messages are those of the published proto, and the answer is as large as a real one with a deciding statement
// on each side. Threads, polling and buffers are the library's defaults.

#include <grpcpp/grpcpp.h>

#include <iostream>
#include <string>

#include "countersign/v1/authorization.grpc.pb.h"

namespace v1 = countersign::v1;

namespace {

void Fill(v1::SideVerdict *side, const char *account, const char *file, const char *sid) {
  side->set_account(account);
  side->set_decision(v1::DECISION_ALLOW);
  side->set_reason(v1::REASON_ALLOWED);
  v1::DecidingStatement *statement = side->add_statements();
  statement->set_file(file);
  statement->set_sid(sid);
  statement->set_index(1);
  statement->set_line(9);
  statement->set_effect(v1::EFFECT_ALLOW);
}

v1::CheckResponse Answer() {
  v1::CheckResponse answer;
  answer.set_decision(v1::DECISION_ALLOW);
  answer.set_reason(v1::REASON_ALLOWED);
  Fill(answer.mutable_owner(), "111122223333",
       "accounts/111122223333/keys/us-west-2/1234abcd-12ab-34cd-56ef-1234567890ab/policy.json", "AllowUseByPartners");
  Fill(answer.mutable_caller(), "444455556666", "accounts/444455556666/roles/ExampleRole/policies/use-keys.json", "UseKeys");
  answer.set_key_arn("arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab");
  answer.set_revision(std::string(64, 'a'));
  answer.set_event_id("1234abcd-12ab-34cd-56ef-1234567890ab");
  return answer;
}

class ConstantAnswer final : public v1::AuthorizationService::CallbackService {
 public:
  grpc::ServerUnaryReactor *Check(grpc::CallbackServerContext *context, const v1::CheckRequest *,
                                  v1::CheckResponse *response) override {
    *response = answer_;
    grpc::ServerUnaryReactor *reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  const v1::CheckResponse answer_ = Answer();
};

}  // namespace

int main(int argc, char **argv) {
  if (argc != 2) {
    std::cerr << "usage: grpc-constant-answer SOCKET\n";
    return 64;
  }
  ConstantAnswer service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("unix:" + std::string(argv[1]), grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (!server) return 69;
  // The benchmark ends it by a signal.
  server->Wait();
}
