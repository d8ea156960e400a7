// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/metadata.h"

#include "engine/base/trimmed.h"
#include "engine/io/file.h"
#include "engine/io/utf8.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>

#include <exiv2/exiv2.hpp>

namespace lapilli::captions {
namespace {

constexpr const char* kDescription = "Xmp.dc.description";
constexpr const char* kSubject = "Xmp.dc.subject";
constexpr const char* kDigikamTags = "Xmp.digiKam.TagsList";
constexpr const char* kLightroomTags = "Xmp.lr.hierarchicalSubject";
constexpr const char* kAlt = "Xmp.iptc.AltTextAccessibility";
constexpr const char* kRating = "Xmp.xmp.Rating";
constexpr const char* kExifRating = "Exif.Image.Rating";
constexpr const char* kIptcCaption = "Iptc.Application2.Caption";
constexpr const char* kIptcKeywords = "Iptc.Application2.Keywords";
constexpr const char* kExifDescription = "Exif.Image.ImageDescription";
constexpr std::array<std::string_view, 4> kExifGroups = {"Exif.Photo.", "Exif.Image.", "Exif.GPSInfo.",
                                                         "Exif.Iop."};

/// The XMP toolkit under Exiv2 is made ready once, and speaks of oddities itself unless told not to.
void prepare() {
  static std::once_flag once;
  std::call_once(once, [] {
    Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
    static std::recursive_mutex mutex;  // the toolkit is not for several threads at once
    Exiv2::XmpParser::initialize(
        [](void* lock, bool take) {
          auto& shared = *static_cast<std::recursive_mutex*>(lock);
          take ? shared.lock() : shared.unlock();
        },
        &mutex);
  });
}

/// Runs `work`, whose library errors become Errors of that file.
template <class Work>
auto exiv2_result(const std::string& place, const Work& work) -> Result<decltype(work())> {
  prepare();
  try {
    return try_result(work);
  } catch (const Exiv2::AnyError& error) {
    const int code = error.code();
    const bool missing = code == Exiv2::kerDataSourceOpenFailed || code == Exiv2::kerFileOpenFailed;
    const bool foreign = code == Exiv2::kerFileContainsUnknownImageType ||
                         code == Exiv2::kerMemoryContainsUnknownImageType ||
                         code == Exiv2::kerWritingImageFormatUnsupported ||
                         code == Exiv2::kerUnsupportedImageType || code == Exiv2::kerInvalidSettingForImage;
    return Error(missing   ? ErrorCode::kIo
                 : foreign ? ErrorCode::kUnsupported
                           : ErrorCode::kBadFile,
                 text("metadata: ", error.what()), place);
  } catch (const std::exception& error) {  // the library lets some of the standard's through on damaged files
    return Error(ErrorCode::kBadFile, text("metadata: ", error.what()), place);
  }
}

std::string alternative(const Exiv2::XmpData& xmp, const char* key) {
  const auto found = xmp.findKey(Exiv2::XmpKey(key));
  if (found == xmp.end() || found->count() == 0) return {};
  if (const auto* texts = dynamic_cast<const Exiv2::LangAltValue*>(&found->value()))
    return texts->toString(0);
  return found->toString();
}

PictureTexts texts_in(const Exiv2::XmpData& xmp) {
  PictureTexts texts{
      .description = alternative(xmp, kDescription), .tags = {}, .alt = alternative(xmp, kAlt)};
  const auto subject = xmp.findKey(Exiv2::XmpKey(kSubject));
  if (subject != xmp.end()) {
    for (long index = 0; index < static_cast<long>(subject->count()); ++index)
      texts.tags.push_back(subject->toString(index));
  }
  return texts;
}

template <class Data, class Key>
std::optional<int> rating_in(const Data& data, const Key& key) {
  const auto found = data.findKey(key);
  if (found == data.end() || found->count() == 0) return std::nullopt;
  const long stars = found->toLong();
  return stars >= -1 && stars <= 5 ? std::optional<int>(static_cast<int>(stars)) : std::nullopt;
}

void set_alternative(Exiv2::XmpData& xmp, const char* key, const std::string& to) {
  if (to.empty()) return;
  Exiv2::LangAltValue value;
  const Exiv2::XmpKey name(key);
  const auto found = xmp.findKey(name);
  if (found != xmp.end()) {
    // Other languages' texts stay.
    if (const auto* old = dynamic_cast<const Exiv2::LangAltValue*>(&found->value())) value = *old;
    xmp.erase(found);
  }
  value.value_["x-default"] = to;
  xmp.add(name, &value);
}

void set_list(Exiv2::XmpData& xmp, const char* key, Exiv2::TypeId type, const std::vector<std::string>& to) {
  if (to.empty()) return;
  const Exiv2::XmpKey name(key);
  if (const auto found = xmp.findKey(name); found != xmp.end()) xmp.erase(found);
  Exiv2::XmpArrayValue value(type);
  for (const std::string& item : to) value.read(item);
  xmp.add(name, &value);
}

void set_texts(Exiv2::XmpData& xmp, const PictureTexts& texts) {
  set_alternative(xmp, kDescription, texts.description);
  set_alternative(xmp, kAlt, texts.alt);
  set_list(xmp, kSubject, Exiv2::xmpBag, texts.tags);
  set_list(xmp, kDigikamTags, Exiv2::xmpSeq, texts.tags);
  set_list(xmp, kLightroomTags, Exiv2::xmpBag, texts.tags);
}

/// The converter's name of what IPTC declares; null for what it is not made for. Most programs have declared
/// nothing and written what Windows has for Western Europe.
const char* charset_named_by(const std::string& escape) {
  static const std::map<std::string, const char*> kCharsets = {
      {"", "WINDOWS-1252"},     {"\033.A", "ISO-8859-1"},  {"\033-A", "ISO-8859-1"}, {"\033.B", "ISO-8859-2"},
      {"\033-B", "ISO-8859-2"}, {"\033.F", "ISO-8859-7"},  {"\033-F", "ISO-8859-7"}, {"\033.L", "ISO-8859-5"},
      {"\033-L", "ISO-8859-5"}, {"\033(B", "WINDOWS-1252"}};
  const auto found = kCharsets.find(escape);
  return found == kCharsets.end() ? nullptr : found->second;
}

std::string converted(const std::string& old, const char* charset) {
  for (const char* from : {charset, "ISO-8859-1"}) {  // the last one has a character for every byte
    std::string fresh = old;
    if (Exiv2::convertStringCharset(fresh, from, "UTF-8")) return fresh;
  }
  return to_valid_utf8(old);
}

/// Makes all of IPTC's texts UTF-8, and says so there. Throws kUnsupported.
void make_utf8(Exiv2::IptcData& iptc) {
  static const Exiv2::IptcKey kCharacterSet("Iptc.Envelope.CharacterSet");
  if (iptc.detectCharset() == nullptr) {
    const auto declared = iptc.findKey(kCharacterSet);
    const char* charset = charset_named_by(declared == iptc.end() ? "" : declared->toString());
    if (charset == nullptr)
      throw Error(ErrorCode::kUnsupported,
                  "the picture's IPTC texts are of a character set that is not known here; choose xmp as the "
                  "output");
    for (Exiv2::Iptcdatum& datum : iptc) {
      if (datum.typeId() == Exiv2::string && datum.record() == Exiv2::IptcDataSets::application2)
        datum.setValue(converted(datum.toString(), charset));
    }
  }
  iptc["Iptc.Envelope.CharacterSet"] = "\033%G";
}

std::string iptc_text(const Exiv2::IptcData& iptc, const char* key) {
  const auto found = iptc.findKey(Exiv2::IptcKey(key));
  return found == iptc.end() ? std::string() : to_valid_utf8(found->toString());
}

/// EXIF's texts have no declared character set.
std::string exif_text(const Exiv2::ExifData& exif, const char* key) {
  const auto found = exif.findKey(Exiv2::ExifKey(key));
  if (found == exif.end()) return {};
  std::string text = found->toString();
  text.erase(std::find(text.begin(), text.end(), '\0'), text.end());
  return to_valid_utf8(text) == text ? text : converted(text, "WINDOWS-1252");
}

void set_keywords(Exiv2::IptcData& iptc, const std::vector<std::string>& tags) {
  constexpr size_t kMostBytes = 64;  // of IPTC; XMP has the longer ones
  if (tags.empty()) return;
  const Exiv2::IptcKey key(kIptcKeywords);
  for (auto old = iptc.findKey(key); old != iptc.end(); old = iptc.findKey(key)) iptc.erase(old);
  for (const std::string& tag : tags) {
    if (tag.size() > kMostBytes) continue;
    Exiv2::StringValue value(tag);
    iptc.add(key, &value);
  }
}

Exiv2::XmpData decode(std::string_view packet) {
  Exiv2::XmpData xmp;
  if (packet.find_first_not_of(" \t\r\n") == std::string_view::npos) return xmp;
  if (Exiv2::XmpParser::decode(xmp, std::string(packet)) != 0)
    throw Error(ErrorCode::kBadFile, "the sidecar holds no XMP that can be read");
  return xmp;
}

/// Of the other formats the library maps the file, and one that is cut meanwhile would end the program.
bool is_read_in_pieces(const Exiv2::Image& image) {
  const int type = image.imageType();
  return type == Exiv2::ImageType::jpeg || type == Exiv2::ImageType::png;
}

/// The library works on these bytes, which outlive what it gives.
auto opened_in_memory(std::vector<std::byte>& content) {
  return Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(content.data()),
                                   static_cast<long>(content.size()));
}

std::vector<std::byte> content_of(Exiv2::BasicIo& io) {
  io.open();
  const Exiv2::IoCloser closer(io);
  std::vector<std::byte> content(io.size());
  const long read =
      io.read(reinterpret_cast<Exiv2::byte*>(content.data()), static_cast<long>(content.size()));
  LAPILLI_ASSERT(read == static_cast<long>(content.size()));
  return content;
}

bool can_hold_texts_in(const Exiv2::Image& image) {
  return (image.checkMode(Exiv2::mdXmp) & Exiv2::amWrite) != 0;
}

}  // namespace

struct PictureMetadata::State {
  Exiv2::ExifData exif;
  Exiv2::IptcData iptc;
  Exiv2::XmpData xmp;
  bool can_hold_texts = false;
};

PictureMetadata::PictureMetadata(std::unique_ptr<State> state) : state_(std::move(state)) {}
PictureMetadata::PictureMetadata(PictureMetadata&&) noexcept = default;
PictureMetadata::~PictureMetadata() = default;

Result<PictureMetadata> PictureMetadata::read(const std::filesystem::path& path) {
  return exiv2_result(path.string(), [&] {
    std::vector<std::byte> content;
    auto image = Exiv2::ImageFactory::open(path.string());
    if (!is_read_in_pieces(*image)) {
      content = read_whole_file(path, kMostPictureBytes).value();
      image = opened_in_memory(content);
    }
    image->readMetadata();
    auto state = std::make_unique<State>();
    state->exif = image->exifData();
    state->iptc = image->iptcData();
    // What cannot be converted is shown as far as it is UTF-8.
    static_cast<void>(try_result([&] { make_utf8(state->iptc); }));
    state->xmp = image->xmpData();
    state->can_hold_texts = can_hold_texts_in(*image);
    return PictureMetadata(std::move(state));
  });
}

std::string PictureMetadata::exif(const std::string& name) const {
  const auto value = [&](const std::string& key) -> std::string {
    try {
      const auto found = state_->exif.findKey(Exiv2::ExifKey(key));
      return found == state_->exif.end() ? std::string() : found->print(&state_->exif);
    } catch (const Exiv2::AnyError&) {
      return {};  // the tag belongs to another group
    }
  };
  if (name.starts_with("Exif.")) return value(name);
  for (const std::string_view group : kExifGroups) {
    if (std::string found = value(std::string(group) + name); !found.empty()) return found;
  }
  return {};
}

std::string PictureMetadata::date() const {
  std::string date = exif("Exif.Photo.DateTimeOriginal");
  if (date.empty()) date = exif("Exif.Image.DateTime");
  if (date.size() < 10 || date[4] != ':' || date[7] != ':') return {};
  return text(date.substr(0, 4), '-', date.substr(5, 2), '-', date.substr(8, 2));
}

std::optional<int> PictureMetadata::rating() const {
  const auto rating = exiv2_result("", [&] {
    const auto in_xmp = rating_in(state_->xmp, Exiv2::XmpKey(kRating));
    return in_xmp ? in_xmp : rating_in(state_->exif, Exiv2::ExifKey(kExifRating));
  });
  return rating ? *rating : std::nullopt;
}

PictureTexts PictureMetadata::texts() const {
  PictureTexts texts = texts_in(state_->xmp);
  if (trimmed(texts.description).empty()) texts.description = iptc_text(state_->iptc, kIptcCaption);
  if (trimmed(texts.description).empty()) texts.description = exif_text(state_->exif, kExifDescription);
  for (const Exiv2::Iptcdatum& datum : state_->iptc) {
    const std::string tag = datum.key() == kIptcKeywords ? to_valid_utf8(datum.toString()) : "";
    if (!tag.empty() && std::find(texts.tags.begin(), texts.tags.end(), tag) == texts.tags.end())
      texts.tags.push_back(tag);
  }
  return texts;
}

bool PictureMetadata::can_hold_texts() const {
  return state_->can_hold_texts;
}

Refusal no_place_for_texts() {
  return {kNoPlace, ErrorCode::kUnsupported,
          "this picture format holds no captions; choose txt or xmp as the output"};
}

bool is_exif_name(const std::string& name) {
  prepare();
  const auto exists = [](const std::string& key) {
    try {
      return Exiv2::ExifKey(key).tagLabel() != "";
    } catch (const Exiv2::AnyError&) {
      return false;
    }
  };
  if (name.starts_with("Exif.")) return exists(name);
  for (const std::string_view group : kExifGroups) {
    if (exists(std::string(group) + name)) return true;
  }
  return false;
}

Result<PictureTexts> texts_of_sidecar(std::string_view packet) {
  return exiv2_result("", [&] { return texts_in(decode(packet)); });
}

Result<std::optional<int>> rating_of_sidecar(std::string_view packet) {
  return exiv2_result("", [&] { return rating_in(decode(packet), Exiv2::XmpKey(kRating)); });
}

Result<std::string> sidecar_with(std::string_view old, const PictureTexts& texts) {
  return exiv2_result("", [&] {
    Exiv2::XmpData xmp = decode(old);
    set_texts(xmp, texts);
    std::string packet;
    if (Exiv2::XmpParser::encode(
            packet, xmp, Exiv2::XmpParser::useCompactFormat | Exiv2::XmpParser::omitPacketWrapper) != 0)
      throw Error(ErrorCode::kBadFile, "the XMP cannot be written");
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + packet;
  });
}

Result<std::vector<std::byte>> with_texts(std::vector<std::byte> picture, const PictureTexts& texts) {
  return exiv2_result("", [&] {
    const auto image = opened_in_memory(picture);
    image->readMetadata();
    if (!can_hold_texts_in(*image)) throw no_place_for_texts();
    set_texts(image->xmpData(), texts);
    const std::string& caption = texts.description;
    const bool has_words = !caption.empty() || !texts.tags.empty();
    if (has_words && (image->checkMode(Exiv2::mdIptc) & Exiv2::amWrite) != 0) {
      make_utf8(image->iptcData());
      if (!caption.empty()) image->iptcData()[kIptcCaption] = caption;
      set_keywords(image->iptcData(), texts.tags);
    }
    if (!caption.empty() && (image->checkMode(Exiv2::mdExif) & Exiv2::amWrite) != 0)
      image->exifData()[kExifDescription] = caption;
    image->writeMetadata();
    return content_of(image->io());
  });
}

}  // namespace lapilli::captions
