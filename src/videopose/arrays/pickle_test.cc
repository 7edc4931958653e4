// SPDX-License-Identifier: Apache-2.0

#include "videopose/arrays/pickle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "support/damaged.h"
#include "support/test_folder.h"
#include "videopose/arrays/pickle_text.h"
#include "videopose/base/error.h"

namespace videopose::internal::pickle_test {

using ::testing::HasSubstr;
using Kind = PickleValue::Kind;
using std::string_literals::operator""s;

// Much as Python's repr, so that a test shows a whole value in one line.
std::string Repr(const PickleValue& value);

std::string ReprItems(std::span<const PickleValue> items) {
  std::string text;
  for (const PickleValue& item : items) text += (text.empty() ? "" : ", ") + Repr(item);
  return text;
}

std::string Repr(const PickleValue& value) {
  switch (value.kind()) {
    case Kind::kNone:
    case Kind::kBool:
      return value.Describe();
    case Kind::kInt:
      return std::to_string(value.AsInt(""));
    case Kind::kBigInt:
      return std::string(value.payload().view());
    case Kind::kFloat:
      return fmt::format("{}", value.AsDouble(""));
    case Kind::kBytes:
      return "b'" + std::string(value.payload().view()) + "'";
    case Kind::kString:
      return "'" + std::string(value.payload().view()) + "'";
    case Kind::kList:
      return "[" + ReprItems(value.AsSequence("")) + "]";
    case Kind::kTuple:
      return "(" + ReprItems(value.AsSequence("")) + ")";
    case Kind::kDict: {
      std::string text;
      for (const auto& [key, item] : value.AsDict("")) {
        text += (text.empty() ? "" : ", ") + Repr(key) + ": " + Repr(item);
      }
      return "{" + text + "}";
    }
    case Kind::kGlobal:
      return value.global_name();
    case Kind::kObject:
      return value.global_name() + "(" + ReprItems(value.args()) + ")" +
             (value.state().is_none() ? "" : "|" + Repr(value.state()));
    case Kind::kPersistentId:
      return "@" + Repr(value.AsPersistentId(""));
    case Kind::kArray:
      return "array";
  }
  return "?";
}

UnpickleOptions AllowTestModule() {
  return {.allow_global = [](std::string_view name) { return name.starts_with("m."); }};
}

PickleValue Load(std::string bytes) {
  return Unpickle(SharedBytes::Own(std::move(bytes)), AllowTestModule()).value;
}

std::string LoadError(std::string bytes) {
  try {
    return "no error but " + Repr(Load(std::move(bytes)));
  } catch (const Error& error) {
    return error.what();
  }
}

std::string FromHex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

// x = [1]; pickle.dumps({'S1': [None, True, -3, 70000, -2**40, 2**70, 2.5, b'\xff', 'é', (), (1,),
// (1, 2, 3, 4), {'b': x}, x, {1}, bytearray(b'ab')]}, protocol) by CPython 3.11, protocols 0 to 5.
// NOLINTBEGIN(bugprone-suspicious-missing-comma)
constexpr std::string_view kPickledByCPython[] = {
    "286470300a5653310a70310a286c70320a4e614930310a61492d330a614937303030300a614c2d3130393935"
    "31313632373737364c0a614c313138303539313632303731373431313330333432344c0a6146322e350a6163"
    "5f636f646563730a656e636f64650a70330a2856ff0a70340a566c6174696e310a70350a7470360a5270370a"
    "6156e90a70380a612874612849310a7470390a612849310a49320a49330a49340a747031300a612864703131"
    "0a56620a7031320a286c7031330a49310a6173616731330a61635f5f6275696c74696e5f5f0a7365740a7031"
    "340a28286c7031350a49310a61747031360a527031370a61635f5f6275696c74696e5f5f0a62797465617272"
    "61790a7031380a2867330a285661620a7031390a67350a747032300a527032310a747032320a527032330a61"
    "732e",
    "7d71005802000000533171015d7102284e4930310a4afdffffff4a701101004c2d3130393935313136323737"
    "37364c0a4c313138303539313632303731373431313330333432344c0a474004000000000000635f636f6465"
    "63730a656e636f64650a7103285802000000c3bf710458060000006c6174696e317105747106527107580200"
    "0000c3a9710829284b01747109284b014b024b034b0474710a7d710b580100000062710c5d710d4b01617368"
    "0d635f5f6275696c74696e5f5f0a7365740a710e285d710f4b0161747110527111635f5f6275696c74696e5f"
    "5f0a6279746561727261790a711228680328580200000061627113680574711452711574711652711765732e",
    "80027d71005802000000533171015d7102284e884afdffffff4a701101008a060000000000ff8a0900000000"
    "0000000040474004000000000000635f636f646563730a656e636f64650a71035802000000c3bf7104580600"
    "00006c6174696e3171058671065271075802000000c3a97108294b01857109284b014b024b034b0474710a7d"
    "710b580100000062710c5d710d4b016173680d635f5f6275696c74696e5f5f0a7365740a710e5d710f4b0161"
    "857110527111635f5f6275696c74696e5f5f0a6279746561727261790a711268035802000000616271136805"
    "86711452711585711652711765732e",
    "80037d71005802000000533171015d7102284e884afdffffff4a701101008a060000000000ff8a0900000000"
    "00000000404740040000000000004301ff71035802000000c3a97104294b01857105284b014b024b034b0474"
    "71067d710758010000006271085d71094b0161736809636275696c74696e730a7365740a710a5d710b4b0161"
    "85710c52710d636275696c74696e730a6279746561727261790a710e43026162710f85711052711165732e",
    "80049584000000000000007d948c025331945d94284e884afdffffff4a701101008a060000000000ff8a0900"
    "00000000000000404740040000000000004301ff948c02c3a994294b018594284b014b024b034b0474947d94"
    "8c0162945d944b01617368098f94284b01908c086275696c74696e73948c0962797465617272617994939443"
    "026162948594529465732e",
    "8005956e000000000000007d948c025331945d94284e884afdffffff4a701101008a060000000000ff8a0900"
    "00000000000000404740040000000000004301ff948c02c3a994294b018594284b014b024b034b0474947d94"
    "8c0162945d944b01617368098f94284b019096020000000000000061629465732e",
};
// NOLINTEND(bugprone-suspicious-missing-comma)
constexpr std::string_view kExpectedRepr =
    "{'S1': [None, True, -3, 70000, -1099511627776, 1180591620717411303424, 2.5, b'\xff', 'é', (), "
    "(1), (1, 2, 3, 4), {'b': [1]}, [1], [1], b'ab']}";

TEST(Unpickle, ReadsAllProtocolsOfCPython) {
  for (const std::string_view hex : kPickledByCPython) {
    const PickleValue value = Load(FromHex(hex));
    EXPECT_EQ(Repr(value), kExpectedRepr);
    const std::span<const PickleValue> items = value.At("S1", "").AsSequence("");
    EXPECT_EQ(items[12].At("b", "").node(), items[13].node()) << "is the same list in Python";
  }
}

// pickle.dumps({'S1': 'it\'s\n\xff', u'k': 7L, 1: 'a'}) as Python 2.7 writes it.
TEST(Unpickle, ReadsPython2Text) {
  const PickleValue value =
      Load("(dp0\nS'S1'\np1\nS\"it's\\n\\xff\"\np2\nsVk\np3\nL7L\nsI1\nS'a'\ns.");
  EXPECT_EQ(value.At("S1", "").AsString(""), "it's\n\u00ff");
  EXPECT_EQ(value.At("S1", "").AsBytes("").view(), "it's\n\xff");
  EXPECT_EQ(value.At("k", "").AsInt(""), 7);
  EXPECT_EQ(value.AsDict("")[2].value.AsString(""), "a");
}

TEST(Unpickle, ReadsPython2Binary) {
  EXPECT_EQ(Repr(Load("\x80\x02}q\x00U\x02S1q\x01]q\x02(K\x01M\x00\x01J\xff\xff\xff\xff"
                      "T\x03\x00\x00\x00"
                      "abces."s)),
            "{b'S1': [1, 256, -1, b'abc']}");
}

TEST(Unpickle, ReadsTextFormsOfNumbers) {
  EXPECT_EQ(Repr(Load("(I01\nI00\nI-7\nL12L\nL123456789012345678901234567890L\nF1e-3\nFinf\nl.")),
            "[True, False, -7, 12, 123456789012345678901234567890, 0.001, inf]");
}

TEST(Unpickle, ReadsUnicodeEscapes) {
  EXPECT_EQ(Load("V\\u20ac\xe9\\U0001f600\n.").AsString(""), "€é😀");
}

TEST(Unpickle, SaysWhereThePickleEnds) {
  // A torch file of the older kind: a magic number, then other pickles, then raw bytes.
  const SharedBytes file =
      SharedBytes::Own("\x80\x02\x8a\nl\xfc\x9c\x46\xf9 j\xa8P\x19.K\x05.raw"s);
  const Unpickled magic = Unpickle(file);
  EXPECT_EQ(magic.value.payload().view(), "119547037146038801333356");
  const Unpickled next = Unpickle(file.From(magic.consumed));
  EXPECT_EQ(next.value.AsInt(""), 5);
  EXPECT_EQ(file.From(magic.consumed + next.consumed).view(), "raw");
}

TEST(Unpickle, SharesTheBytesOfTheFile) {
  const SharedBytes file = SharedBytes::Own(
      "\x80\x03"
      "B\x04\x00\x00\x00"
      "data."s);
  EXPECT_EQ(Unpickle(file).value.AsBytes("").data(), file.data() + 7);
}

TEST(Unpickle, KeepsObjectsAsPlainData) {
  EXPECT_EQ(Repr(Load("cm\nf\n(I1\nI2\ntR}S'k'\nI3\nsb.")), "m.f(1, 2)|{b'k': 3}");
  EXPECT_EQ(Repr(Load("\x80\x04\x8c\x01m\x8c\x01"
                      "C\x93)\x81.")),
            "m.C()");
  EXPECT_EQ(Repr(Load("\x80\x04\x8c\x01m\x8c\x01"
                      "C\x93)}\x92.")),
            "m.C()");
  EXPECT_EQ(Repr(Load("(im\nC\n.")), "m.C()");
  EXPECT_EQ(Repr(Load("(cm\nC\nI4\no.")), "m.C(4)");
  EXPECT_EQ(Repr(Load("ccopy_reg\n_reconstructor\n(cm\nC\nc__builtin__\nobject\nNtR.")), "m.C()");
  EXPECT_EQ(Repr(Load("(VstorageI\nI5\ntQ.")), "@('storageI', 5)");
  EXPECT_EQ(Repr(Load("Psome id\n.")), "@'some id'");
}

TEST(Unpickle, TurnsContainersIntoPlainValues) {
  EXPECT_EQ(Repr(Load("ccollections\nOrderedDict\n)RVb\nI1\nsVa\nI2\ns}Va\nI0\nsb.")),
            "{'b': 1, 'a': 2}");
  EXPECT_EQ(Repr(Load("ccollections\nOrderedDict\n((lp0\n(lVb\naI1\naatR.")), "{'b': 1}");
  EXPECT_EQ(Repr(Load("ccollections\ndefaultdict\n(c__builtin__\nlist\ntRVb\nI1\ns.")), "{'b': 1}");
  EXPECT_EQ(Repr(Load("c_codecs\nencode\n(Va\xe9\nVlatin1\ntR.")), "b'a\xe9'");
  EXPECT_EQ(Repr(Load("c__builtin__\nset\n((lp0\nI1\natR.")), "[1]");
  EXPECT_EQ(Repr(Load("c__builtin__\nbytes\n)R.")), "b''");
}

TEST(Unpickle, NeverRunsWhatAPickleAsksFor) {
  EXPECT_EQ(LoadError("cos\nsystem\n(S'rm -rf /'\ntR."),
            "pickle: asks for os.system, which videopose never runs (pickle, byte 0)");
  EXPECT_THAT(LoadError("\x80\x04\x8c\x08"
                        "builtins\x8c\x04"
                        "eval\x93."),
              HasSubstr("builtins.eval"));
  EXPECT_THAT(LoadError("(ios\nsystem\n."), HasSubstr("asks for os.system"));
  EXPECT_THAT(LoadError("c\x1b[2J\nx\n."), HasSubstr("asks for ?[2J.x"));
  EXPECT_THAT(LoadError("\x82\x01."), HasSubstr("extension registry"));
  EXPECT_THAT(LoadError("\x97."), HasSubstr("outside of itself"));
}

TEST(Unpickle, RejectsNonsense) {
  EXPECT_THAT(LoadError(""), HasSubstr("ends after 0 bytes"));
  EXPECT_THAT(LoadError("."), HasSubstr("not there"));
  EXPECT_THAT(LoadError("t."), HasSubstr("no start"));
  EXPECT_THAT(LoadError("(a."), HasSubstr("not there"));
  EXPECT_THAT(LoadError("I1\nI2\na."), HasSubstr("appends to the number 1"));
  EXPECT_THAT(LoadError("}I1\na."), HasSubstr("appends to a dict"));
  EXPECT_THAT(LoadError("(I1\nd."), HasSubstr("a key without a value"));
  EXPECT_THAT(LoadError("I1\n)R."), HasSubstr("calls the number 1"));
  EXPECT_THAT(LoadError("h\x07."), HasSubstr("value 7 that is not there"));
  EXPECT_THAT(LoadError("\x80\x09."), HasSubstr("protocol 9"));
  EXPECT_THAT(LoadError("\xff."), HasSubstr("unknown opcode 0xff"));
  EXPECT_THAT(LoadError("S'abc\n."), HasSubstr("without quotes"));
  EXPECT_THAT(LoadError("S'\\x4'\n."), HasSubstr("bad escape"));
  EXPECT_THAT(LoadError("Ione\n."), HasSubstr("bad integer"));
  EXPECT_THAT(LoadError("I\n."), HasSubstr("bad integer"));
  EXPECT_THAT(LoadError("F\n."), HasSubstr("bad number"));
  EXPECT_THAT(LoadError("B\xff\xff\xff\xff"
                        "abc."),
              HasSubstr("in the middle"));
  EXPECT_THAT(LoadError("\x8e\xff\xff\xff\xff\xff\xff\xff\xff"
                        "abc."),
              HasSubstr("in the middle"));
  EXPECT_THAT(LoadError("\x8b\xff\xff\xff\x7f"
                        "abc."),
              HasSubstr("in the middle"));
  EXPECT_THAT(LoadError("\x8a\xff" + std::string(255, 'x') + "."), HasSubstr("255 bytes"));
}

TEST(Unpickle, RejectsStructuresThatWouldExplode) {
  EXPECT_THAT(LoadError("]q\x01h\x01"
                        "a."),
              HasSubstr("contains itself"));
  EXPECT_THAT(LoadError(")q\x01"
                        "0]q\x02(h\x02"
                        "tq\x03"
                        "ah\x03."),
              HasSubstr("contains itself"));
  // A list inside itself that the result does not even hold.
  EXPECT_EQ(Repr(Load("]q\x01h\x01"
                      "a0I1\n.")),
            "1");

  const std::string deep = std::string(250'000, ']') + std::string(249'999, 'a') + ".";
  EXPECT_THAT(LoadError(deep), HasSubstr("more than 256 deep"));
  EXPECT_EQ(Repr(Load(deep.substr(0, deep.size() - 1) + "0I1\n.")), "1");

  std::string laughs = "]q\x01"s;  // each list holds the one before ten times
  for (char i = 1; i < 40; ++i) {
    laughs += "]q"s + static_cast<char>(i + 1) + "(";
    for (int k = 0; k < 10; ++k) laughs += "h"s + i;
    laughs += "e";
  }
  EXPECT_THAT(LoadError(laughs + "."), HasSubstr("repeats its parts"));

  EXPECT_THAT(LoadError(std::string(1'000'000, ']') + "."), HasSubstr("more than"))
      << "a list takes far more memory than its byte";

  const SharedBytes many = SharedBytes::Own("(" + std::string(1001, 'N') + "t.");
  EXPECT_THROW(Unpickle(many, {.max_values = 1000}), Error);
  EXPECT_NO_THROW(Unpickle(many, {.max_values = 1100}));

  // list(x) of a long tuple over and over: little text, quadratic memory.
  std::string copies =
      "c__builtin__\nlist\nq\x01"
      "0((" +
      std::string(2000, 'N') +
      "tq\x02"
      "0";
  for (int k = 0; k < 10'000; ++k) copies += "h\x01h\x02\x85R";
  EXPECT_THAT(LoadError(copies + "l."), HasSubstr("more than 524288 values"));
}

TEST(Unpickle, SurvivesEveryTruncationAndManyFlips) {
  std::mt19937 random(1);
  int rejected = 0;
  for (const std::string_view hex : kPickledByCPython) {
    const std::string good = FromHex(hex);
    for (size_t length = 0; length < good.size(); ++length) {
      EXPECT_THROW(Load(good.substr(0, length)), Error) << length;
    }
    for (int trial = 0; trial < 3000; ++trial) {
      const std::string bad = Damaged(good, 3, random);
      rejected += LoadError(bad).starts_with("pickle: ") ? 1 : 0;
    }
  }
  EXPECT_GT(rejected, 9000);
}

TEST(PickleValue, SaysWhatItIsInsteadOfWhatWasExpected) {
  const PickleValue dict = PickleValue::Dict({{PickleValue::String("a"), PickleValue::Int(1)},
                                              {PickleValue::String("b"), PickleValue::Float(2)}});
  const auto message = [](auto&& action) -> std::string {
    try {
      action();
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_EQ(message([&] { (void)dict.AsInt("x.npz: fps"); }),
            "x.npz: fps: expected a whole number, found a dict of 2");
  EXPECT_EQ(message([&] { (void)dict.At("c", "x.npz"); }), "x.npz: has no 'c'; it has a, b");
  EXPECT_EQ(dict.Find("c"), nullptr);
  EXPECT_EQ(dict.At("b", "").AsDouble(""), 2.0);
  EXPECT_EQ(PickleValue::Int(3).AsDouble(""), 3.0);
}

PickleValue Everything() {
  const PickleValue shared = PickleValue::List({PickleValue::Int(1)});
  std::vector<PickleValue> items = {
      PickleValue(),
      PickleValue::Bool(true),
      PickleValue::Bool(false),
      PickleValue::Int(-3),
      PickleValue::Int(int64_t{1} << 40),
      PickleValue::Int(std::numeric_limits<int64_t>::min()),
      PickleValue::BigInt("-123456789012345678901234567890"),
      PickleValue::Float(-0.1),
      PickleValue::String("é"),
      PickleValue::Bytes(SharedBytes::Own("\x00\x7f\x80\xff"s)),
      PickleValue::Tuple({}),
      PickleValue::Tuple({shared}),
      PickleValue::Tuple({shared, PickleValue(), PickleValue(), PickleValue()}),
      PickleValue::OrderedDict({{PickleValue::String("z"), shared}}),
      PickleValue::Dict({}),
      PickleValue::Object(PickleValue::Global("m", "C"), PickleValue::Tuple({PickleValue::Int(1)}),
                          PickleValue::Dict({{PickleValue::String("s"), PickleValue()}})),
  };
  return PickleValue::List(std::move(items));
}

TEST(Pickle, IsReadBack) {
  for (const int protocol : {2, 3}) {
    const PickleValue back = Load(Pickle(Everything(), protocol));
    EXPECT_EQ(Repr(back), Repr(Everything()));
    const std::span<const PickleValue> items = back.AsSequence("");
    EXPECT_EQ(items[11].AsSequence("")[0].node(), items[12].AsSequence("")[0].node());
    EXPECT_TRUE(items[13].node()->is_ordered_dict);
  }
  EXPECT_EQ(Repr(Load(Pickle(PickleValue::PersistentId(PickleValue::Int(7))))), "@7");
}

TEST(Pickle, IsReadByCPython) {
  if (std::system("/usr/bin/python3 -c pass 2>/dev/null") != 0) {
    GTEST_SKIP() << "no /usr/bin/python3 here";
  }
  const std::string path = TestFolder() / "everything.pickle";
  for (const int protocol : {2, 3}) {
    std::ofstream(path, std::ios::binary) << Pickle(Everything(), protocol);
    const std::string program =
        "import sys, types, pickle, collections\n"
        "m = sys.modules['m'] = types.ModuleType('m')\n"
        "class C:\n"
        "  def __init__(self, x): self.x = x\n"
        "m.C = C\n"
        "v = pickle.load(open('" +
        path +
        "', 'rb'))\n"
        "o = v.pop()\n"
        "assert isinstance(o, C) and o.x == 1 and o.s is None\n"
        "x = v[11][0]\n"
        "assert v[12][0] is x and v[13]['z'] is x and type(v[13]) is collections.OrderedDict\n"
        "assert v == [None, True, False, -3, 2**40, -2**63, -123456789012345678901234567890,\n"
        "  -0.1, chr(233), bytes([0, 127, 128, 255]), (), ([1],), ([1], None, None, None),\n"
        "  {'z': [1]}, {}], v\n";
    std::ofstream(path + ".py") << program;
    EXPECT_EQ(std::system(("/usr/bin/python3 " + path + ".py").c_str()), 0);
  }
}

TEST(PickleText, WritesIntegersOfAnySizeAsDigits) {
  EXPECT_EQ(DecimalOfTwosComplement(""), "0");
  EXPECT_EQ(DecimalOfTwosComplement("\xff"), "-1");
  EXPECT_EQ(DecimalOfTwosComplement("\x00\x80"s), "-32768");
  EXPECT_EQ(DecimalOfTwosComplement("\x00\x00\x00\x00\x00\x00\x00\x00\x01"s),
            "18446744073709551616");
}

}  // namespace videopose::internal::pickle_test
