// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <iterator>
#include <optional>
#include <unordered_map>

#include "videopose/arrays/pickle.h"
#include "videopose/arrays/pickle_source.h"
#include "videopose/arrays/pickle_text.h"
#include "videopose/base/error.h"
#include "videopose/base/read_file.h"

namespace videopose::internal {
namespace {

using Kind = PickleValue::Kind;

// Of all its text, on average, that a pickle may turn into bytes.
constexpr size_t kMostEncodings = 4;
constexpr size_t kLongestNameInMessage = 100;
// How many bytes of strings there may be, per byte of the file and in any case, when shared parts
// are counted each time.
constexpr double kMostBytesPerByte = 16;
constexpr double kBytesAlwaysAllowed = 64 << 20;

// The builtins that are read as plain values; "__builtin__" is Python 2's name.
constexpr std::string_view kBuiltins[] = {"set",   "frozenset", "list",   "tuple", "dict",
                                          "bytes", "bytearray", "object", "int",   "float"};

std::optional<std::string_view> BuiltinName(std::string_view global) {
  for (const std::string_view module : {"builtins.", "__builtin__."}) {
    if (!global.starts_with(module)) continue;
    const std::string_view name = global.substr(module.size());
    for (const std::string_view builtin : kBuiltins) {
      if (name == builtin) return builtin;
    }
  }
  return std::nullopt;
}

bool IsReconstructor(std::string_view global) {
  return global == "copy_reg._reconstructor" || global == "copyreg._reconstructor";
}

bool IsAlwaysAllowed(std::string_view global) {
  return BuiltinName(global).has_value() || IsReconstructor(global) ||
         global == "collections.OrderedDict" || global == "collections.defaultdict" ||
         global == "_codecs.encode";
}

std::string Printable(std::string_view name) {
  std::string printable(name.substr(0, kLongestNameInMessage));
  for (char& c : printable) {
    if (c < ' ' || c > '~') c = '?';
  }
  return name.size() > kLongestNameInMessage ? printable + "..." : printable;
}

double PayloadSize(const PickleValue& leaf) {
  const bool has_payload = leaf.is(Kind::kBytes) || leaf.is(Kind::kString);
  return has_payload ? static_cast<double>(leaf.payload().size()) : 0;
}

class Unpickler {
 public:
  Unpickler(const SharedBytes& bytes, const UnpickleOptions& options)
      : options_(options), source_(bytes, options.name) {}
  Unpickler(const Unpickler&) = delete;
  Unpickler& operator=(const Unpickler&) = delete;

  ~Unpickler() {
    // Lists that contain themselves would otherwise keep each other alive (reference cycles).
    // Whatever the result does not reach may be emptied.
    for (const PickleValue& compound : compounds_) {
      if (compound.node()->visit != PickleNode::Visit::kDone || !succeeded_) {
        compound.node()->items.clear();
      }
    }
  }

  Unpickled Run() {
    for (;;) {
      const char opcode = source_.TakeOpcode();
      if (opcode == '.') break;
      Execute(opcode);
    }
    Unpickled result{Pop(), source_.position()};
    CheckTree(result.value);
    succeeded_ = true;
    return result;
  }

 private:
  [[noreturn]] void Damaged(std::string_view what) const { source_.Damaged(what); }

  // --- The stack.

  void CountValues(size_t count) {
    value_count_ += count;
    if (value_count_ > options_.max_values) {
      Damaged(fmt::format("more than {} values", options_.max_values));
    }
  }

  void Push(PickleValue value) {
    CountValues(1);
    stack_.push_back(std::move(value));
  }

  void PushCompound(PickleValue value) {
    compounds_.push_back(value);
    Push(std::move(value));
  }

  size_t Floor() const { return marks_.empty() ? 0 : marks_.back(); }

  PickleValue Pop() {
    if (stack_.size() <= Floor()) Damaged("takes a value that is not there");
    PickleValue value = std::move(stack_.back());
    stack_.pop_back();
    return value;
  }

  PickleValue& Top() {
    if (stack_.size() <= Floor()) Damaged("uses a value that is not there");
    return stack_.back();
  }

  std::vector<PickleValue> PopToMark() {
    if (marks_.empty()) Damaged("has no start for this list");
    const auto begin = stack_.begin() + marks_.back();
    std::vector<PickleValue> items(std::make_move_iterator(begin),
                                   std::make_move_iterator(stack_.end()));
    stack_.erase(begin, stack_.end());
    marks_.pop_back();
    return items;
  }

  std::vector<PickleValue> PopCount(size_t count) {
    std::vector<PickleValue> items(count);
    for (size_t i = count; i-- > 0;) items[i] = Pop();
    return items;
  }

  // --- The memo.

  void Remember(uint64_t index) { memo_[index] = Top(); }

  void Recall(uint64_t index) {
    const auto found = memo_.find(index);
    if (found == memo_.end()) Damaged(fmt::format("refers to value {} that is not there", index));
    Push(found->second);
  }

  // --- Containers.

  void Append(std::vector<PickleValue> items) {
    PickleValue& list = Top();
    if (!list.is(Kind::kList)) Damaged("appends to " + list.Describe());
    std::vector<PickleValue>& held = list.node()->items;
    held.insert(held.end(), std::make_move_iterator(items.begin()),
                std::make_move_iterator(items.end()));
  }

  void SetItems(std::vector<PickleValue> items) {
    PickleValue& dict = Top();
    if (!dict.is(Kind::kDict)) Damaged("sets items of " + dict.Describe());
    if (items.size() % 2 != 0) Damaged("a key without a value");
    std::vector<PickleValue>& held = dict.node()->items;
    held.insert(held.end(), std::make_move_iterator(items.begin()),
                std::make_move_iterator(items.end()));
  }

  void PushDict(std::vector<PickleValue> items) {
    if (items.size() % 2 != 0) Damaged("a key without a value");
    PushCompound(PickleValue(Kind::kDict, std::make_shared<PickleNode>(std::move(items))));
  }

  // --- Globals and what is done with them.

  void PushGlobal(std::string_view module, std::string_view name) {
    const std::string global = fmt::format("{}.{}", module, name);
    if (global.find('\n') != std::string::npos) Damaged("a name of two lines");
    const bool allowed =
        IsAlwaysAllowed(global) || (options_.allow_global && options_.allow_global(global));
    if (!allowed) {
      Fail("{}: asks for {}, which videopose never runs (pickle, byte {})", options_.name,
           Printable(global), source_.opcode_at());
    }
    Push(PickleValue::Global(module, name));
  }

  void PushStackGlobal() {
    const PickleValue name = Pop();
    const PickleValue module = Pop();
    if (!module.is(Kind::kString) || !name.is(Kind::kString)) Damaged("a name that is no string");
    PushGlobal(module.payload().view(), name.payload().view());
  }

  // callable(*args), as far as it stands for plain data; else an object to be understood later.
  void Call(const PickleValue& callable, const PickleValue& args) {
    if (!callable.is(Kind::kGlobal)) Damaged("calls " + callable.Describe());
    if (!args.is(Kind::kTuple)) Damaged("calls with " + args.Describe());
    const std::string global = callable.global_name();
    const std::vector<PickleValue>& given = args.node()->items;
    if (const auto builtin = BuiltinName(global)) return CallBuiltin(*builtin, given);
    if (IsReconstructor(global)) return Reconstruct(given);
    if (global == "_codecs.encode") return EncodeLatin1(given);
    if (global == "collections.defaultdict") return PushDict({});  // its default is not used
    if (global == "collections.OrderedDict") return PushOrderedDict(given);
    PushCompound(PickleValue::Object(callable, args));
  }

  // list(items) and the like, with nothing, another container or bytes as argument.
  void CallBuiltin(std::string_view builtin, const std::vector<PickleValue>& args) {
    const PickleValue argument = args.empty() ? PickleValue() : args[0];
    if (builtin == "bytes" || builtin == "bytearray") {
      if (argument.is_none()) return Push(PickleValue::Bytes(SharedBytes()));
      if (argument.is(Kind::kBytes)) return Push(argument);
      if (args.size() == 2) return EncodeLatin1(args);
    } else if (builtin == "dict" && argument.is_none()) {
      return PushDict({});
    } else if (builtin == "list" || builtin == "tuple" || builtin.ends_with("set")) {
      const bool has_items = argument.is(Kind::kList) || argument.is(Kind::kTuple);
      if (has_items || argument.is_none()) {
        std::vector<PickleValue> items;
        if (has_items) {
          CountValues(argument.node()->items.size());
          items = argument.node()->items;
        }
        const bool is_list = builtin == "list" || builtin == "set";
        return PushCompound(is_list ? PickleValue::List(std::move(items))
                                    : PickleValue::Tuple(std::move(items)));
      }
    }
    Damaged(fmt::format("calls {} with {}", builtin, argument.Describe()));
  }

  // copy_reg._reconstructor(class, base, state of base): class() where base is object.
  void Reconstruct(const std::vector<PickleValue>& args) {
    if (args.size() != 3 || !args[0].is(Kind::kGlobal) || !args[2].is_none()) {
      Damaged("rebuilds an object in an unknown way");
    }
    PickleValue no_args = PickleValue::Tuple({});
    Call(args[0], no_args);
  }

  void EncodeLatin1(const std::vector<PickleValue>& args) {
    const bool known = args.size() == 2 && args[0].is(Kind::kString) &&
                       (args[1].AsString(options_.name) == "latin1" ||
                        args[1].AsString(options_.name) == "latin-1");
    if (!known) Damaged("encodes something other than a string as latin1");
    const SharedBytes& text = args[0].payload();
    encoded_bytes_ += text.size();
    if (encoded_bytes_ > kMostEncodings * source_.size()) Damaged("encodes a string over and over");
    std::optional<std::string> bytes = Utf8ToLatin1(text.view());
    if (!bytes) Damaged("a character beyond latin1");
    Push(PickleValue::Bytes(SharedBytes::Own(std::move(*bytes))));
  }

  // OrderedDict() or OrderedDict([[key, value], ...]).
  void PushOrderedDict(const std::vector<PickleValue>& args) {
    std::vector<PickleValue> items;
    if (!args.empty()) {
      for (const PickleValue& pair : args[0].AsSequence(options_.name)) {
        const std::span<const PickleValue> entry = pair.AsSequence(options_.name);
        if (entry.size() != 2) Damaged("an entry of an OrderedDict that is no pair");
        CountValues(1);
        items.insert(items.end(), entry.begin(), entry.end());
      }
    }
    PushDict(std::move(items));
    Top().node()->is_ordered_dict = true;
  }

  void CallNew(bool has_keywords) {
    if (has_keywords && Pop().AsDict(options_.name).size() > 0) {
      Damaged("makes an object with keyword arguments, which is not supported");
    }
    const PickleValue args = Pop();
    Call(Pop(), args);
  }

  // A state of plain containers (attributes of an OrderedDict) is dropped.
  void Build() {
    PickleValue state = Pop();
    const PickleValue& target = Top();
    if (target.is(Kind::kObject)) {
      target.node()->items[2] = std::move(state);
    } else if (!target.is(Kind::kDict) && !target.is(Kind::kList)) {
      Damaged("sets the state of " + target.Describe());
    }
  }

  void Execute(char opcode);
  bool ExecuteContainer(char opcode);
  bool ExecuteGlobal(char opcode);
  void CheckTree(const PickleValue& value);

  const UnpickleOptions& options_;
  PickleSource source_;
  int64_t value_count_ = 0;
  size_t encoded_bytes_ = 0;
  int32_t depth_ = 0;
  bool succeeded_ = false;
  std::vector<PickleValue> stack_;
  std::vector<size_t> marks_;
  std::unordered_map<uint64_t, PickleValue> memo_;
  std::vector<PickleValue> compounds_;
};

void Unpickler::Execute(char opcode) {
  PickleValue leaf;
  if (source_.ReadLeaf(opcode, leaf)) return Push(std::move(leaf));
  if (ExecuteContainer(opcode) || ExecuteGlobal(opcode)) return;
  switch (static_cast<uint8_t>(opcode)) {
    case '(':  // MARK
      return marks_.push_back(stack_.size());
    case '0':  // POP
      if (!marks_.empty() && stack_.size() == marks_.back()) return marks_.pop_back();
      Pop();
      return;
    case '1':  // POP_MARK
      PopToMark();
      return;
    case '2':  // DUP
      return Push(PickleValue(Top()));
    case 'p':  // PUT
      return Remember(source_.LineIndex());
    case 'q':  // BINPUT
      return Remember(source_.TakeNumber<uint8_t>());
    case 'r':  // LONG_BINPUT
      return Remember(source_.TakeNumber<uint32_t>());
    case 0x94:  // MEMOIZE
      return Remember(memo_.size());
    case 'g':  // GET
      return Recall(source_.LineIndex());
    case 'h':  // BINGET
      return Recall(source_.TakeNumber<uint8_t>());
    case 'j':  // LONG_BINGET
      return Recall(source_.TakeNumber<uint32_t>());
    case 0x80: {  // PROTO
      const auto protocol = source_.TakeNumber<uint8_t>();
      if (protocol > 5) Damaged(fmt::format("protocol {}, and 5 is the newest known", protocol));
      return;
    }
    case 0x95:  // FRAME
      source_.Take(8);
      return;
    case 0x82:  // EXT1, EXT2, EXT4
    case 0x83:
    case 0x84:
      Damaged("uses the extension registry, which is not supported");
    case 0x97:  // NEXT_BUFFER, READONLY_BUFFER
    case 0x98:
      Damaged("keeps data outside of itself, which is not supported");
    default:
      Damaged(fmt::format("unknown opcode 0x{:02x}", static_cast<uint8_t>(opcode)));
  }
}

bool Unpickler::ExecuteContainer(char opcode) {
  switch (static_cast<uint8_t>(opcode)) {
    case ']':  // EMPTY_LIST, EMPTY_SET
    case 0x8f:
      return PushCompound(PickleValue::List({})), true;
    case 'l':
      return PushCompound(PickleValue::List(PopToMark())), true;
    case ')':
      return PushCompound(PickleValue::Tuple({})), true;
    case 't':  // TUPLE, FROZENSET
    case 0x91:
      return PushCompound(PickleValue::Tuple(PopToMark())), true;
    case 0x85:  // TUPLE1, TUPLE2, TUPLE3
    case 0x86:
    case 0x87:
      return PushCompound(PickleValue::Tuple(PopCount(static_cast<uint8_t>(opcode) - 0x84U))), true;
    case '}':
      return PushDict({}), true;
    case 'd':
      return PushDict(PopToMark()), true;
    case 'a':
      return Append(PopCount(1)), true;
    case 'e':  // APPENDS, ADDITEMS
    case 0x90:
      return Append(PopToMark()), true;
    case 's':
      return SetItems(PopCount(2)), true;
    case 'u':
      return SetItems(PopToMark()), true;
    default:
      return false;
  }
}

bool Unpickler::ExecuteGlobal(char opcode) {
  switch (static_cast<uint8_t>(opcode)) {
    case 'c': {  // GLOBAL
      const std::string_view module = source_.TakeLine();
      return PushGlobal(module, source_.TakeLine()), true;
    }
    case 0x93:  // STACK_GLOBAL
      return PushStackGlobal(), true;
    case 'R':   // REDUCE
    case 0x81:  // NEWOBJ
      return CallNew(false), true;
    case 0x92:  // NEWOBJ_EX
      return CallNew(true), true;
    case 'i': {  // INST
      const std::string_view module = source_.TakeLine();
      PushGlobal(module, source_.TakeLine());
      const PickleValue callable = Pop();
      return Call(callable, PickleValue::Tuple(PopToMark())), true;
    }
    case 'o': {  // OBJ
      std::vector<PickleValue> args = PopToMark();
      if (args.empty()) Damaged("an object without a class");
      const PickleValue callable = args.front();
      args.erase(args.begin());
      return Call(callable, PickleValue::Tuple(std::move(args))), true;
    }
    case 'b':  // BUILD
      return Build(), true;
    case 'P':  // PERSID
      return PushCompound(PickleValue::PersistentId(PickleValue::String(source_.TakeLine()))), true;
    case 'Q':  // BINPERSID
      return PushCompound(PickleValue::PersistentId(Pop())), true;
    default:
      return false;
  }
}

// Finds values that contain themselves, too deep nesting, and small files that a reader of the
// whole tree would find huge because parts are shared over and over.
void Unpickler::CheckTree(const PickleValue& value) {
  PickleNode* const node = value.node();
  if (node == nullptr || node->visit == PickleNode::Visit::kDone) return;
  if (node->visit == PickleNode::Visit::kInside) {
    Fail("{}: {} in the pickle contains itself", options_.name, value.Describe());
  }
  node->visit = PickleNode::Visit::kInside;
  node->expanded_values = 1;
  if (++depth_ > options_.max_depth) {
    Fail("{}: the pickle nests more than {} deep", options_.name, options_.max_depth);
  }
  for (const PickleValue& item : node->items) {
    CheckTree(item);
    const PickleNode* const child = item.node();
    node->height = std::max(node->height, child == nullptr ? 0 : child->height);
    node->expanded_values += child != nullptr ? child->expanded_values : 1;
    node->expanded_bytes += child != nullptr ? child->expanded_bytes : PayloadSize(item);
  }
  --depth_;
  ++node->height;
  if (depth_ + node->height > options_.max_depth) {
    Fail("{}: the pickle nests more than {} deep", options_.name, options_.max_depth);
  }
  const double most_bytes =
      kBytesAlwaysAllowed + kMostBytesPerByte * static_cast<double>(source_.size());
  if (node->expanded_bytes > most_bytes) {
    Fail("{}: the pickle repeats its strings to {:.0f} bytes", options_.name, node->expanded_bytes);
  }
  if (node->expanded_values > static_cast<double>(options_.max_values)) {
    Fail("{}: the pickle repeats its parts to more than {} values", options_.name,
         options_.max_values);
  }
  node->visit = PickleNode::Visit::kDone;
}

}  // namespace

Unpickled Unpickle(const SharedBytes& bytes, const UnpickleOptions& options) {
  constexpr double kBytesOfValue = 256;  // with its place on the stack and in the lists of all
  const double file_bytes =
      options.file_bytes > 0 ? options.file_bytes : static_cast<double>(bytes.size());
  UnpickleOptions bounded = options;
  bounded.max_values =
      std::min(options.max_values, static_cast<int64_t>(MostBytesFrom(file_bytes) / kBytesOfValue));
  return Unpickler(bytes, bounded).Run();
}

}  // namespace videopose::internal
