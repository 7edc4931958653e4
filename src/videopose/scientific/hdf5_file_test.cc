// SPDX-License-Identifier: Apache-2.0

#include "videopose/scientific/hdf5_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include <fstream>
#include <functional>
#include <random>

#include "support/test_folder.h"
#include "videopose/base/error.h"

namespace videopose::internal::hdf5_file_test {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

fs::path TestPath(std::string_view name) { return TestFolder() / name; }

std::string ReadAll(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

fs::path MakeHdf5(std::string_view name) {
  const fs::path path = TestPath(name);
  const Hdf5Lock lock;
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hsize_t dims[] = {2, 3};
  const float values[] = {0, 1, 2, 10, 11, 12};
  const hid_t space = H5Screate_simple(2, dims, nullptr);
  const hid_t data =
      H5Dcreate2(file, "poses", H5T_IEEE_F32BE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Dwrite(data, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  H5Dclose(data);
  H5Sclose(space);
  H5Gclose(H5Gcreate2(file, "group", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Fclose(file);
  return path;
}

const BasicTensor<double> kExpected({2, 3}, {0, 1, 2, 10, 11, 12});

TEST(Hdf5FileTest, ReadsNumbersFromDiskAndFromMemory) {
  const fs::path path = MakeHdf5("numbers.h5");
  const Hdf5File on_disk(path);
  EXPECT_EQ(on_disk.Read("poses"), kExpected);
  EXPECT_THAT(on_disk.names(), ElementsAre("group", "poses"));
  EXPECT_EQ(Hdf5File(ReadAll(path), "in memory").Read("poses"), kExpected);
}

TEST(Hdf5FileTest, LeavesTheSettingsOfTheProcessAlone) {
  const auto printer = [] {
    H5E_auto2_t print = nullptr;
    void* data = nullptr;
    H5Eget_auto2(H5E_DEFAULT, &print, &data);
    return print;
  };
  const H5E_auto2_t before = printer();
  EXPECT_NE(before, nullptr) << "HDF5 prints errors by itself";
  EXPECT_EQ(Hdf5File(MakeHdf5("settings.h5")).Read("poses"), kExpected);
  EXPECT_EQ(printer(), before);
}

TEST(Hdf5FileTest, NamesWhatIsThere) {
  const Hdf5File file(MakeHdf5("names.h5"));
  try {
    file.Read("3D_positions");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("has no data set 3D_positions, but group, poses"));
  }
  EXPECT_THROW(file.Read("group"), Error);
}

TEST(Hdf5FileTest, OtherFilesAreErrors) {
  EXPECT_THROW(Hdf5File(TestPath("none.h5")), Error);
  EXPECT_THROW(Hdf5File("no HDF5 at all", "x.h5"), Error);
  EXPECT_THROW(Hdf5File("", "x.h5"), Error);
}

// A data set whose numbers are in another file, by each way that HDF5 has.
fs::path MakeHdf5ThatLeadsTo(const fs::path& secret) {
  const fs::path path = TestPath("leads.h5");
  const Hdf5Lock lock;
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hsize_t dims[] = {2, 3};
  const hid_t space = H5Screate_simple(2, dims, nullptr);
  const auto add = [&](const char* name, const std::function<void(hid_t)>& change) {
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    change(creation);
    const hid_t data =
        H5Dcreate2(file, name, H5T_IEEE_F32BE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    EXPECT_GE(data, 0) << name;
    H5Dclose(data);
    H5Pclose(creation);
  };
  add("external", [&](hid_t creation) { H5Pset_external(creation, secret.c_str(), 0, 24); });
  add("virtual",
      [&](hid_t creation) { H5Pset_virtual(creation, space, secret.c_str(), "poses", space); });
  H5Lcreate_external(secret.c_str(), "poses", file, "link", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_soft("link", file, "soft", H5P_DEFAULT, H5P_DEFAULT);
  H5Sclose(space);
  H5Fclose(file);
  return path;
}

TEST(Hdf5FileTest, OtherFilesThanTheGivenOneAreNotRead) {
  const Hdf5File file(MakeHdf5ThatLeadsTo(MakeHdf5("secret.h5")));
  EXPECT_THAT(file.names(), UnorderedElementsAre("external", "link", "soft", "virtual"));
  for (const char* name : {"external", "link", "virtual"}) {
    try {
      file.Read(name);
      FAIL() << name;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("is in another file, which is not read"));
    }
  }
  EXPECT_THROW(file.Read("soft"), Error);
}

TEST(Hdf5FileTest, TruncatedFilesAreErrors) {
  const std::string whole = ReadAll(MakeHdf5("whole.h5"));
  for (size_t size = 0; size < whole.size(); size += 61) {
    EXPECT_THROW(Hdf5File(whole.substr(0, size), "x.h5").Read("poses"), Error) << size;
  }
}

TEST(Hdf5FileTest, DamagedFilesAreErrorsAtMost) {
  const std::string whole = ReadAll(MakeHdf5("damaged.h5"));
  std::mt19937 random(1);
  for (int i = 0; i < 150; ++i) {
    std::string bytes = whole;
    bytes[random() % bytes.size()] = static_cast<char>(random());
    try {
      const Hdf5File file(bytes, "x.h5");
      for (const std::string& name : file.names()) file.Read(name);
    } catch (const Error&) {
    }
  }
}

}  // namespace videopose::internal::hdf5_file_test
