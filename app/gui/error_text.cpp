// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/error_text.h"

#include <QCoreApplication>

#include <array>

namespace lapilli::gui {
namespace {

struct Entry {
  const char* code;
  const char* what;
  const char* todo;
};

constexpr std::array kEntries = {
    Entry{"invalid_argument", QT_TRANSLATE_NOOP("ErrorText", "The engine refused a value."),
          QT_TRANSLATE_NOOP("ErrorText", "Read the details, change that value and try again.")},
    Entry{"not_found", QT_TRANSLATE_NOOP("ErrorText", "A file or device was not found."),
          QT_TRANSLATE_NOOP("ErrorText", "Check that it is still where it was, or choose another one.")},
    Entry{"io", QT_TRANSLATE_NOOP("ErrorText", "A file could not be read or written."),
          QT_TRANSLATE_NOOP("ErrorText", "Check the disk, the free space and the permissions.")},
    Entry{"bad_file",
          QT_TRANSLATE_NOOP("ErrorText", "A file is damaged, or parts of the model do not fit together."),
          QT_TRANSLATE_NOOP("ErrorText", "Fetch the file again, or choose the parts that belong together.")},
    Entry{"unsupported", QT_TRANSLATE_NOOP("ErrorText", "This kind of file or device is not supported."),
          QT_TRANSLATE_NOOP("ErrorText", "Choose another file or device; the details say what is missing.")},
    Entry{"shape", QT_TRANSLATE_NOOP("ErrorText", "Parts of the model have sizes that do not fit together."),
          QT_TRANSLATE_NOOP("ErrorText", "Choose a projector and an encoder that belong to this model.")},
    Entry{"no_device", QT_TRANSLATE_NOOP("ErrorText", "There is no Vulkan device that can be used."),
          QT_TRANSLATE_NOOP("ErrorText", "Install the graphics driver, then choose a device in Settings.")},
    Entry{"out_of_memory", QT_TRANSLATE_NOOP("ErrorText", "The memory is not enough."),
          QT_TRANSLATE_NOOP(
              "ErrorText",
              "Close other programs, choose a smaller model or a shorter context, and try again.")},
    Entry{"device_lost",
          QT_TRANSLATE_NOOP("ErrorText", "The graphics device stopped working while it computed."),
          QT_TRANSLATE_NOOP(
              "ErrorText",
              "The model is being loaded again; then try again. If it happens often, update the driver.")},
    Entry{"context_full", QT_TRANSLATE_NOOP("ErrorText", "The question is longer than the model can take."),
          QT_TRANSLATE_NOOP(
              "ErrorText",
              "Shorten it, remove a picture, start a new chat, or choose a longer context in Settings.")},
    Entry{"stopped", QT_TRANSLATE_NOOP("ErrorText", "It was stopped."),
          QT_TRANSLATE_NOOP("ErrorText", "Try again when you like.")},
    Entry{"internal", QT_TRANSLATE_NOOP("ErrorText", "The engine made a mistake."),
          QT_TRANSLATE_NOOP(
              "ErrorText", "Try again; if it comes back, save the debug package in Settings and report it.")},
    Entry{"engine_missing",
          QT_TRANSLATE_NOOP("ErrorText", "The engine, the program lapilli, can not be started."),
          QT_TRANSLATE_NOOP("ErrorText", "Install Lapilli again, or name the program in Settings.")},
    Entry{
        "engine_crashed", QT_TRANSLATE_NOOP("ErrorText", "The engine ended unexpectedly."),
        QT_TRANSLATE_NOOP("ErrorText", "What was written is kept. Try again; the engine starts by itself.")},
    Entry{
        "engine_hung", QT_TRANSLATE_NOOP("ErrorText", "The engine gave no sign of life and was ended."),
        QT_TRANSLATE_NOOP("ErrorText", "What was written is kept. Try again; the engine starts by itself.")},
    Entry{"engine_garbled",
          QT_TRANSLATE_NOOP("ErrorText", "The engine wrote what can not be understood, and was ended."),
          QT_TRANSLATE_NOOP("ErrorText",
                            "What was written is kept. Try again; if it comes back, install Lapilli again.")},
    Entry{"engine_version",
          QT_TRANSLATE_NOOP("ErrorText", "The engine is of another version than this window."),
          QT_TRANSLATE_NOOP("ErrorText", "Install both from the same release.")},
};

/// What went wrong with a picture, where the general words would speak of a model.
constexpr std::array kPictureEntries = {
    Entry{"bad_file", QT_TRANSLATE_NOOP("ErrorText", "The picture is damaged, or it is none."),
          QT_TRANSLATE_NOOP("ErrorText",
                            "Open it in another program and save it anew, or choose another one.")},
    Entry{"unsupported", QT_TRANSLATE_NOOP("ErrorText", "Pictures of this kind can not be read."),
          QT_TRANSLATE_NOOP("ErrorText", "Save it as JPEG or PNG, and choose that file.")},
    Entry{"out_of_memory", QT_TRANSLATE_NOOP("ErrorText", "The picture is too large for the memory."),
          QT_TRANSLATE_NOOP("ErrorText", "Make it smaller in another program first.")},
    Entry{"invalid_argument", QT_TRANSLATE_NOOP("ErrorText", "The picture can not be used."),
          QT_TRANSLATE_NOOP("ErrorText", "The details say why; choose another one.")},
};

constexpr std::array kNotes = {
    Entry{"context_reduced",
          QT_TRANSLATE_NOOP("ErrorText",
                            "The context was made shorter, so that the model fits into the memory."),
          ""},
    Entry{"layers_in_host_memory",
          QT_TRANSLATE_NOOP(
              "ErrorText",
              "Some layers stay in the computer's memory, since the device has too little; this is slow. A "
              "smaller or more strongly quantised model would fit, or a shorter context in Settings."),
          ""},
    Entry{"software_device",
          QT_TRANSLATE_NOOP("ErrorText",
                            "The model computes on the processor, which is slow. A GPU with its driver, "
                            "chosen in Settings, would be quick."),
          ""},
    Entry{"turns_left_out",
          QT_TRANSLATE_NOOP(
              "ErrorText",
              "The beginning of the conversation was left out: all of it is longer than the context."),
          ""},
    Entry{
        "context_full",
        QT_TRANSLATE_NOOP("ErrorText",
                          "The context is full, so the answer ends here: start a new chat, ask for less, or "
                          "choose a longer context in Settings."),
        ""},
    Entry{"folder_unreadable",
          QT_TRANSLATE_NOOP("ErrorText", "A folder could not be read; the pictures in it are left out."), ""},
    Entry{"image_marks",
          QT_TRANSLATE_NOOP("ErrorText",
                            "The mark <image> stands in the question another number of times than it has "
                            "pictures: it was not used to place them."),
          ""},
};

constexpr const char* kOtherNote = QT_TRANSLATE_NOOP("ErrorText", "The engine has a remark.");

template <class Entries>
const Entry* entryOf(const Entries& entries, const QString& code) {
  for (const Entry& entry : entries) {
    if (code == QLatin1String(entry.code)) return &entry;
  }
  return nullptr;
}

QString translated(const char* text) {
  return *text == 0 ? QString() : QCoreApplication::translate("ErrorText", text);
}

}  // namespace

ErrorText errorText(const Failure& failure) {
  const Entry* found = entryOf(kEntries, failure.code);
  if (found == nullptr) found = entryOf(kEntries, QStringLiteral("internal"));
  if (failure.request == QLatin1String("picture")) {
    if (const Entry* ofPicture = entryOf(kPictureEntries, failure.code)) found = ofPicture;
  }
  QStringList details;
  for (const QString& part : {failure.place, failure.message}) {
    if (!part.isEmpty()) details.append(part);
  }
  return {translated(found->what), translated(found->todo), details.join(QStringLiteral(": "))};
}

ErrorText noteText(const QString& code, const QString& message) {
  const Entry* found = entryOf(kNotes, code);
  return {translated(found == nullptr ? kOtherNote : found->what), {}, message};
}

bool isOfInterest(const QString& noteCode) {
  return noteCode != QLatin1String("model");
}

}  // namespace lapilli::gui
