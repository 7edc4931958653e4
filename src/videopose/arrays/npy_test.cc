// SPDX-License-Identifier: Apache-2.0

#include "videopose/arrays/npy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "support/damaged.h"
#include "support/test_folder.h"
#include "videopose/arrays/npy_layout.h"
#include "videopose/arrays/pickle.h"
#include "videopose/base/error.h"

namespace videopose::internal::npy_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using std::string_literals::operator""s;

// An .npy file of version 1.0 with this header text.
std::string File(std::string header, std::string_view data) {
  header += '\n';
  std::string file = "\x93NUMPY\x01\x00"s;
  file += static_cast<char>(header.size() & 0xFF);
  file += static_cast<char>(header.size() >> 8);
  return file + header + std::string(data);
}

std::string Header(std::string_view descr, std::string_view shape, bool fortran_order = false) {
  return fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': {}, }}", descr,
                     fortran_order ? "True" : "False", shape);
}

NpyArray Parse(std::string file) { return ParseNpy(SharedBytes::Own(std::move(file)), "x.npy"); }

std::string ParseError(std::string file) {
  try {
    return "no error but " + Describe(Parse(std::move(file)));
  } catch (const Error& error) {
    return error.what();
  }
}

template <typename T>
std::string BytesOf(std::vector<T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

TEST(Npy, IsReadBack) {
  const Tensor tensor({2, 3}, {1, 2, 3, 4, 5, NAN});
  const NpyArray array = Parse(EncodeNpy(MakeNpy(tensor)));
  EXPECT_EQ(Describe(array), "float32 (2, 3)");
  const Tensor back = ToTensor<float>(array, "");
  EXPECT_EQ(back.shape, tensor.shape);
  EXPECT_THAT(std::vector<float>(back.values.begin(), back.values.end() - 1),
              ElementsAre(1, 2, 3, 4, 5));
  EXPECT_TRUE(std::isnan(back.values[5]));
  EXPECT_EQ(ToScalar<double>(Parse(EncodeNpy(MakeNpy(29.97))), ""), 29.97);
  EXPECT_EQ(ToScalar<int64_t>(Parse(EncodeNpy(MakeNpy(int64_t{-5}))), ""), -5);
  EXPECT_TRUE(ToTensor<float>(Parse(EncodeNpy(MakeNpy(Tensor({0, 17, 2})))), "").values.empty());
}

TEST(Npy, StartsItsDataAtAMultipleOf64) {
  for (int64_t length = 1; length < 10'000'000; length *= 7) {
    const std::string header = EncodeNpyHeader({{'f', 4}, {length, length}, {}, {}});
    EXPECT_EQ(header.size() % 64, 0U);
    EXPECT_EQ(ParseNpyHeader(header, "").size, header.size());
  }
}

TEST(Npy, ReadsAllNumbers) {
  const auto as_doubles = [](std::string_view descr, const std::string& data) {
    return ToTensor<double>(Parse(File(Header(descr, "(2,)"), data)), "").values;
  };
  EXPECT_THAT(as_doubles("|b1", "\x00\x01"s), ElementsAre(0, 1));
  EXPECT_THAT(as_doubles("|i1", "\x01\xff"), ElementsAre(1, -1));
  EXPECT_THAT(as_doubles("|u1", "\x01\xff"), ElementsAre(1, 255));
  EXPECT_THAT(as_doubles("<i2", "\x01\x02\xff\xff"), ElementsAre(513, -1));
  EXPECT_THAT(as_doubles(">i2", "\x01\x02\xff\xff"), ElementsAre(258, -1));
  EXPECT_THAT(as_doubles("<u2", "\x01\x02\xff\xff"), ElementsAre(513, 65535));
  EXPECT_THAT(as_doubles("<i4", BytesOf<int32_t>({7, -8})), ElementsAre(7, -8));
  EXPECT_THAT(as_doubles("<u4", BytesOf<int32_t>({7, -1})), ElementsAre(7, 4294967295.0));
  EXPECT_THAT(as_doubles("<i8", BytesOf<int64_t>({7, -8})), ElementsAre(7, -8));
  EXPECT_THAT(as_doubles("<u8", BytesOf<uint64_t>({7, 1ULL << 63})),
              ElementsAre(7, 9223372036854775808.0));
  EXPECT_THAT(as_doubles("<f4", BytesOf<float>({0.5F, -2})), ElementsAre(0.5, -2));
  EXPECT_THAT(as_doubles("=f8", BytesOf<double>({0.1, -2})), ElementsAre(0.1, -2));
  EXPECT_THAT(
      as_doubles(">f8", "\x40\x04\x00\x00\x00\x00\x00\x00\xbf\xf0\x00\x00\x00\x00\x00\x00"s),
      ElementsAre(2.5, -1));
}

TEST(Npy, ReadsHalfPrecision) {
  // numpy.float16([1, -2, 65504, 2**-24, inf, 0.1]).
  const std::vector<uint16_t> halves = {0x3C00, 0xC000, 0x7BFF, 0x0001, 0x7C00, 0x2E66};
  const Tensor tensor = ToTensor<float>(Parse(File(Header("<f2", "(6,)"), BytesOf(halves))), "");
  EXPECT_THAT(tensor.values,
              ElementsAre(1, -2, 65504, std::ldexp(1.0F, -24), INFINITY, 0.0999755859375F));
}

TEST(Npy, ReadsBothMemoryLayouts) {
  const std::string data = BytesOf<int32_t>({1, 2, 3, 4, 5, 6});
  const auto values = [&](std::string_view shape, bool fortran_order) {
    return ToTensor<int32_t>(Parse(File(Header("<i4", shape, fortran_order), data)), "").values;
  };
  EXPECT_THAT(values("(2, 3)", false), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(values("(2, 3)", true), ElementsAre(1, 3, 5, 2, 4, 6));
  EXPECT_THAT(values("(6,)", true), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(values("(1, 3, 2)", true), ElementsAre(1, 4, 2, 5, 3, 6));
}

TEST(Npy, ReadsOtherVersionsAndSpellingsOfTheHeader) {
  const std::string text = "{ \"shape\":(2L,),'fortran_order':False,'descr':'|u1'}\n";
  std::string file = "\x93NUMPY\x02\x00"s + BytesOf<uint32_t>({static_cast<uint32_t>(text.size())});
  file += text + "\x05\x06";
  EXPECT_THAT(ToTensor<float>(Parse(file), "").values, ElementsAre(5, 6));
  file[6] = 3;
  EXPECT_THAT(ToTensor<float>(Parse(file), "").values, ElementsAre(5, 6));
  file[6] = 4;
  EXPECT_THAT(ParseError(file), HasSubstr("version 4"));
}

TEST(Npy, ReadsText) {
  const std::vector<std::string> texts = {"nose", "", "knee_é", "😀"};
  EXPECT_EQ(ToStrings(Parse(EncodeNpy(MakeNpy(texts))), ""), texts);
  EXPECT_THAT(ToStrings(Parse(EncodeNpy(MakeNpy(std::string_view("coco")))), ""),
              ElementsAre("coco"));
  EXPECT_THAT(ToStrings(Parse(File(Header("|S3", "(2,)"), "ab\0\xe9\0\0"s)), ""),
              ElementsAre("ab", "é"));
  EXPECT_THAT(ToStrings(Parse(File(Header(">U1", "(1,)"), "\0\0\0z"s)), ""), ElementsAre("z"));
  EXPECT_THAT(ToStrings(Parse(File(Header("<U1", "(1,)"), "\xff\xff\xff\xff")), ""),
              ElementsAre("\uFFFD"));
}

TEST(Npy, RefusesToReadOneThingAsAnother) {
  const auto message = [](auto&& action) -> std::string {
    try {
      action();
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  const NpyArray numbers = MakeNpy(Tensor({2}, {0.5F, 1}));
  EXPECT_EQ(message([&] { ToTensor<int64_t>(numbers, "x"); }),
            "x: expected whole numbers, found float32 (2)");
  EXPECT_EQ(message([&] { ToStrings(numbers, "x"); }), "x: expected text, found float32 (2)");
  EXPECT_EQ(message([&] { ToScalar<float>(numbers, "x"); }),
            "x: expected one number, found float32 (2)");
  EXPECT_EQ(message([&] { ToObject(numbers, "x"); }),
            "x: expected one pickled object, found float32 (2)");
  EXPECT_EQ(message([] { ToTensor<float>(MakeNpy(std::string_view("a")), "x"); }),
            "x: expected numbers, found text ()");
  EXPECT_EQ(message([] { ToScalar<uint8_t>(MakeNpy(int64_t{256}), "x"); }),
            "x: a number is too large for 8 bits");
}

TEST(Npy, RejectsNonsense) {
  EXPECT_EQ(ParseError(""), "x.npy: is not an .npy file");
  EXPECT_EQ(ParseError(File(Header("<c8", "(1,)"), "12345678")),
            "x.npy: holds complex numbers, which videopose does not read");
  EXPECT_THAT(ParseError(File(Header("<M8[ns]", "(1,)"), "12345678")), HasSubstr("'<M8[ns]'"));
  EXPECT_THAT(ParseError(File(Header("<f3", "(1,)"), "123")), HasSubstr("type '<f3'"));
  EXPECT_THAT(ParseError(File(Header("<U99999999999", "(1,)"), "123")), HasSubstr("does not read"));
  EXPECT_THAT(
      ParseError(File("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': ()}", "")),
      HasSubstr("records"));
  for (const std::string_view shape :
       {"(-1,)", "(9223372036854775807, 9223372036854775807)", "(0, 9223372036854775807)",
        "(99999999999999999999,)", "3", "(1 2)", "('a',)", "(1, 1"}) {
    EXPECT_THAT(ParseError(File(Header("<f4", shape), "1234")), HasSubstr("damaged")) << shape;
  }
  EXPECT_THAT(ParseError(File(Header("<f4", "(2,)"), "1234567")), HasSubstr("truncated"));
  EXPECT_THAT(ParseError(File(Header("<U0", "(1000000000000,)"), "")), HasSubstr("truncated"));
  EXPECT_THAT(ParseError(File("{'descr': '<f4'}", "1234")), HasSubstr("makes no sense"));
  EXPECT_THAT(ParseError(File(Header("|O", "()"), "cos\nsystem\n.")),
              HasSubstr("asks for os.system"));
  EXPECT_THAT(ParseError(File(Header("|O", "()"), "I1\n.")), HasSubstr("expected an array"));
}

// pickle.dumps(a, protocol) for protocols 2, 3 and 5 by NumPy 1.24, where a is a 0-d array of the
// dict {'S1': {'Walk': arange(6, dtype='>f4').reshape(2, 3),
//              'F': asfortranarray(arange(6, dtype='i2').reshape(2, 3))},
// 'n': int64(-7), 'x': float32(0.5), 'b': bool_(True), 'u': str_('é'),
// 'o': array([zeros(1, 'u1'), None], dtype=object)}.
constexpr std::string_view kPickledByNumpy[] = {
    "8002636e756d70792e636f72652e6d756c746961727261790a5f7265636f6e7374727563740a7100636e756d"
    "70790a6e6461727261790a71014b00857102635f636f646563730a656e636f64650a71035801000000627104"
    "58060000006c6174696e317105867106527107877108527109284b0129636e756d70790a64747970650a710a"
    "58020000004f38710b898887710c52710d284b0358010000007c710e4e4e4e4affffffff4affffffff4b3f74"
    "710f62895d71107d7111285802000000533171127d711328580400000057616c6b7114680068014b00857115"
    "6807877116527117284b014b024b03867118680a580200000066347119898887711a52711b284b0358010000"
    "003e711c4e4e4e4affffffff4affffffff4b0074711d62896803581b000000000000003fc280000040000000"
    "4040000040c280000040c2a00000711e680586711f527120747121625801000000467122680068014b008571"
    "236807877124527125284b014b024b03867126680a5802000000693271278988877128527129284b03580100"
    "00003c712a4e4e4e4affffffff4affffffff4b0074712b62886803580c000000000003000100040002000500"
    "712c680586712d52712e74712f627558010000006e7130636e756d70792e636f72652e6d756c746961727261"
    "790a7363616c61720a7131680a5802000000693871328988877133527134284b03682a4e4e4e4affffffff4a"
    "ffffffff4b007471356268035810000000c3b9c3bfc3bfc3bfc3bfc3bfc3bfc3bf7136680586713752713886"
    "713952713a580100000078713b6831680a58020000006634713c898887713d52713e284b03682a4e4e4e4aff"
    "ffffff4affffffff4b0074713f62680358040000000000003f71406805867141527142867143527144580100"
    "00006271456831680a5802000000623171468988877147527148284b03680e4e4e4e4affffffff4affffffff"
    "4b00747149626803580100000001714a680586714b52714c86714d52714e580100000075714f6831680a5802"
    "000000553171508988877151527152284b03682a4e4e4e4b044b044b087471536268035805000000c3a90000"
    "007154680586715552715686715752715858010000006f7159680068014b0085715a680787715b52715c284b"
    "014b0285715d680d895d715e28680068014b0085715f6807877160527161284b014b01857162680a58020000"
    "00753171638988877164527165284b03680e4e4e4e4affffffff4affffffff4b007471666289680358010000"
    "00007167680586716852716974716a624e6574716b62756174716c622e",
    "8003636e756d70792e636f72652e6d756c746961727261790a5f7265636f6e7374727563740a7100636e756d"
    "70790a6e6461727261790a71014b008571024301627103877104527105284b0129636e756d70790a64747970"
    "650a710658020000004f3871078988877108527109284b0358010000007c710a4e4e4e4affffffff4affffff"
    "ff4b3f74710b62895d710c7d710d2858020000005331710e7d710f28580400000057616c6b7110680068014b"
    "008571116803877112527113284b014b024b0386711468065802000000663471158988877116527117284b03"
    "58010000003e71184e4e4e4affffffff4affffffff4b0074711962894318000000003f800000400000004040"
    "00004080000040a00000711a74711b62580100000046711c680068014b0085711d680387711e52711f284b01"
    "4b024b0386712068065802000000693271218988877122527123284b0358010000003c71244e4e4e4affffff"
    "ff4affffffff4b007471256288430c0000030001000400020005007126747127627558010000006e7128636e"
    "756d70792e636f72652e6d756c746961727261790a7363616c61720a7129680658020000006938712a898887"
    "712b52712c284b0368244e4e4e4affffffff4affffffff4b0074712d624308f9ffffffffffffff712e86712f"
    "5271305801000000787131682968065802000000663471328988877133527134284b0368244e4e4e4affffff"
    "ff4affffffff4b007471356243040000003f7136867137527138580100000062713968296806580200000062"
    "31713a898887713b52713c284b03680a4e4e4e4affffffff4affffffff4b0074713d62430101713e86713f52"
    "71405801000000757141682968065802000000553171428988877143527144284b0368244e4e4e4b044b044b"
    "08747145624304e9000000714686714752714858010000006f7149680068014b0085714a680387714b52714c"
    "284b014b0285714d6809895d714e28680068014b0085714f6803877150527151284b014b0185715268065802"
    "000000753171538988877154527155284b03680a4e4e4e4affffffff4affffffff4b00747156628943010071"
    "57747158624e6574715962756174715a622e",
    "8005959e020000000000008c156e756d70792e636f72652e6d756c74696172726179948c0c5f7265636f6e73"
    "74727563749493948c056e756d7079948c076e6461727261799493944b0085944301629487945294284b0129"
    "68038c0564747970659493948c024f3894898887945294284b038c017c944e4e4e4affffffff4affffffff4b"
    "3f749462895d947d94288c025331947d94288c0457616c6b948c126e756d70792e636f72652e6e756d657269"
    "63948c0b5f66726f6d62756666657294939428961800000000000000000000003f8000004000000040400000"
    "4080000040a0000094680b8c02663494898887945294284b038c013e944e4e4e4affffffff4affffffff4b00"
    "7494624b024b0386948c014394749452948c014694681828960c000000000000000000030001000400020005"
    "0094680b8c02693294898887945294284b038c013c944e4e4e4affffffff4affffffff4b007494624b024b03"
    "8694682374945294758c016e9468008c067363616c6172949394680b8c02693894898887945294284b036828"
    "4e4e4e4affffffff4affffffff4b007494624308f9ffffffffffffff94869452948c017894682f680b8c0266"
    "3494898887945294284b0368284e4e4e4affffffff4affffffff4b0074946243040000003f94869452948c01"
    "6294682f680b8c02623194898887945294284b03680f4e4e4e4affffffff4affffffff4b0074946243010194"
    "869452948c017594682f680b8c02553194898887945294284b0368284e4e4e4b044b044b087494624304e900"
    "000094869452948c016f94680268054b008594680787945294284b014b028594680e895d9428681828960100"
    "0000000000000094680b8c02753194898887945294284b03680f4e4e4e4affffffff4affffffff4b00749462"
    "4b0185946820749452944e6574946275617494622e",
};

std::string FromHex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

void ExpectNumpysDict(const PickleValue& dict) {
  EXPECT_EQ(dict.AsDict("")[0].key.AsString(""), "S1");
  const PickleValue& arrays = dict.At("S1", "");
  const Tensor walk = ToTensor<float>(arrays.At("Walk", "").AsArray(""), "");
  EXPECT_EQ(walk, Tensor({2, 3}, {0, 1, 2, 3, 4, 5}));
  const Tensor fortran = ToTensor<float>(arrays.At("F", "").AsArray(""), "");
  EXPECT_EQ(fortran, walk);
  EXPECT_EQ(dict.At("n", "").AsInt(""), -7);
  EXPECT_EQ(dict.At("x", "").AsDouble(""), 0.5);
  EXPECT_TRUE(dict.At("b", "").AsBool(""));
  EXPECT_EQ(dict.At("u", "").AsString(""), "é");
  const NpyArray& objects = dict.At("o", "").AsArray("");
  EXPECT_THAT(objects.shape, ElementsAre(2));
  EXPECT_EQ(Describe(objects.objects[0].AsArray("")), "uint8 (1)");
  EXPECT_TRUE(objects.objects[1].is_none());
}

TEST(NpyObject, ReadsWhatNumpyWrites) {
  for (const std::string_view hex : kPickledByNumpy) {
    ExpectNumpysDict(ToObject(Parse(File(Header("|O", "()"), FromHex(hex))), ""));
  }
}

TEST(NpyObject, ReadsTheNamesOfNumpy2) {
  std::string pickle = FromHex(kPickledByNumpy[1]);
  for (size_t at; (at = pickle.find("numpy.core.")) != std::string::npos;) {
    pickle.replace(at, 11, "numpy._core.");
  }
  ExpectNumpysDict(ToObject(Parse(File(Header("|O", "()"), pickle)), ""));
}

TEST(NpyObject, IsReadBack) {
  const PickleValue array = PickleValue::Array(MakeNpy(Tensor({1, 2}, {3, 4})));
  const PickleValue dict = PickleValue::Dict(
      {{PickleValue::String("z"), PickleValue::List({array, array, PickleValue::Float(1.5)})},
       {PickleValue::String("names"),
        PickleValue::Array(MakeNpy(std::vector<std::string>{"é", "bc"}))},
       {PickleValue::String("objects"), PickleValue::Array(MakeNpyObject(PickleValue::Int(1)))}});
  const PickleValue back = ToObject(Parse(EncodeNpy(MakeNpyObject(dict))), "");
  const std::span<const PickleValue> list = back.At("z", "").AsSequence("");
  EXPECT_EQ(ToTensor<float>(list[1].AsArray(""), ""), Tensor({1, 2}, {3, 4}));
  EXPECT_EQ(list[2].AsDouble(""), 1.5);
  EXPECT_THAT(ToStrings(back.At("names", "").AsArray(""), ""), ElementsAre("é", "bc"));
  EXPECT_EQ(ToObject(back.At("objects", "").AsArray(""), "").AsInt(""), 1);
}

TEST(NpyObject, CannotBeBlownUpBySharing) {
  // One big-endian payload of 1 MB in a thousand arrays, each of which would be a copy.
  const NpyArray big = MakeNpy(BasicTensor<uint8_t>({1'000'000}));
  const PickleValue object = EncodeNumpy(PickleValue::Array(big));
  std::vector<PickleValue> items;
  for (int i = 0; i < 1000; ++i) {
    items.push_back(PickleValue::Object(object.node()->items[0], object.node()->items[1],
                                        object.node()->items[2]));
  }
  const std::string pickle = Pickle(PickleValue::List(std::move(items)), 3);
  EXPECT_LT(pickle.size(), 2'000'000U);
  EXPECT_THAT(ParseError(File(Header("|O", "()"), pickle)), HasSubstr("repeats its strings"));
}

TEST(Npy, SurvivesEveryTruncationAndManyFlips) {
  std::mt19937 random(2);
  std::vector<std::string> files = {EncodeNpy(MakeNpy(Tensor({2, 3}))),
                                    EncodeNpy(MakeNpy(std::vector<std::string>{"ab", "c"}))};
  for (const std::string_view hex : kPickledByNumpy) {
    files.push_back(File(Header("|O", "()"), FromHex(hex)));
  }
  int rejected = 0;
  for (const std::string& good : files) {
    for (size_t length = 0; length < good.size(); ++length) {
      EXPECT_THROW(Parse(good.substr(0, length)), Error) << length;
    }
    for (int trial = 0; trial < 3000; ++trial) {
      const std::string bad = Damaged(good, 3, random);
      rejected += ParseError(bad).starts_with("x.npy: ") ? 1 : 0;
    }
  }
  EXPECT_GT(rejected, 3000);
}

TEST(Npy, ReadsAndWritesFiles) {
  const std::filesystem::path path = TestFolder() / "array.npy";
  WriteNpy(path, MakeNpy(Tensor({1, 2}, {3, 4})));
  EXPECT_EQ(ToTensor<float>(ReadNpy(path), ""), Tensor({1, 2}, {3, 4}));
  EXPECT_THROW(ReadNpy(TestFolder() / "no_such_array.npy"), Error);
  EXPECT_THROW(ReadNpy(TestFolder()), Error);
}

}  // namespace videopose::internal::npy_test
