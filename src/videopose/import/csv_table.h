// SPDX-License-Identifier: Apache-2.0

// Comma-separated values as spreadsheets and pandas write them.

#ifndef VIDEOPOSE_IMPORT_CSV_TABLE_H_
#define VIDEOPOSE_IMPORT_CSV_TABLE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace videopose::internal {

// Row by row, without holding more than one. The separator is what the first line has most of: a
// comma, a semicolon or a tab. A byte order mark, carriage returns, blank lines and quotes go.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text);

  // False at the end. The cells are parts of the text.
  bool Next(std::vector<std::string_view>& cells);
  int line() const { return line_; }  // of the last row, from 1

 private:
  std::string_view rest_;
  char separator_ = ',';
  int line_ = 0;
};

// NaN for an empty cell and for what is no number.
double CellNumber(std::string_view cell);
std::string LowerCase(std::string_view text);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_IMPORT_CSV_TABLE_H_
