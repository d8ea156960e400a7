// SPDX-License-Identifier: Apache-2.0
// Every window in both appearances and all languages: nothing is cut off, everything has a name and can be
// reached by keyboard. Pictures of them are written to the build folder.
#include "app/gui/chat/message_text.h"
#include "tests/gui/desktop_fixture.h"

#include <QAbstractItemView>
#include <QAccessible>
#include <QApplication>
#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QScrollBar>
#include <QTabWidget>
#include <QTableWidget>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextLayout>
#include <QToolButton>

namespace lapilli::test {
namespace {

/// Texts that do not fit their widgets.
QStringList clipped(const QWidget* window) {
  QStringList found;
  for (const QWidget* widget : window->findChildren<QWidget*>()) {
    if (!widget->isVisible() || widget->width() == 0) continue;
    QString text;
    bool fits = true;
    if (const auto* label = qobject_cast<const QLabel*>(widget);
        label != nullptr && !label->text().isEmpty()) {
      text = label->text();
      // One that is shortened to the room it has says the rest elsewhere; at this size it has the room.
      fits = label->wordWrap() ? label->heightForWidth(label->width()) <= label->height()
                               : label->sizeHint().width() <= label->width() &&
                                     label->minimumSizeHint().height() <= label->height();
    } else if (const auto* button = qobject_cast<const QAbstractButton*>(widget);
               button != nullptr && !button->text().isEmpty()) {
      text = button->text();
      fits = button->minimumSizeHint().width() <= button->width() ||
             button->fontMetrics().horizontalAdvance(text) + 4 <= button->width();
    } else if (const auto* combo = qobject_cast<const QComboBox*>(widget)) {
      text = combo->currentText();
      fits = combo->fontMetrics().horizontalAdvance(text) + 30 <= combo->width();
    }
    if (!fits)
      found.append(QStringLiteral("%1 (%2 px): %3").arg(widget->objectName()).arg(widget->width()).arg(text));
  }
  return found;
}

bool isControl(QAccessible::Role role) {
  static const QSet<int> kControls = {
      QAccessible::PushButton,   QAccessible::CheckBox,      QAccessible::RadioButton, QAccessible::ComboBox,
      QAccessible::EditableText, QAccessible::SpinBox,       QAccessible::Slider,      QAccessible::List,
      QAccessible::Table,        QAccessible::Tree,          QAccessible::ProgressBar, QAccessible::Button,
      QAccessible::ButtonMenu,   QAccessible::ButtonDropDown};
  return kControls.contains(role);
}

/// Controls without a name below an object of the accessibility tree.
void collectNameless(QAccessibleInterface* object, QStringList& found) {
  if (object == nullptr || object->state().invisible) return;
  const QObject* source = object->object();
  if (isControl(object->role()) && object->text(QAccessible::Name).isEmpty()) {
    // Parts of a spin box, a combo box or a scroll bar are named by what they belong to.
    const QAccessibleInterface* parent = object->parent();
    const bool part = parent != nullptr &&
                      (parent->role() == QAccessible::SpinBox || parent->role() == QAccessible::ComboBox);
    if (!part)
      found.append(QStringLiteral("%1 %2, role %3")
                       .arg(source ? QLatin1String(source->metaObject()->className()) : QLatin1String("?"),
                            source ? source->objectName() : QString())
                       .arg(object->role()));
  }
  if (object->role() == QAccessible::NoRole) found.append(QStringLiteral("no role"));
  for (int index = 0; index < qMin(object->childCount(), 200); ++index)
    collectNameless(object->child(index), found);
}

}  // namespace

class WindowsTest : public QObject, DesktopFixture {
  Q_OBJECT

 private:
  void picture(QWidget* window, const QString& name) {
    const QDir folder(QStringLiteral(LAPILLI_BUILD_FOLDER "/screenshots"));
    folder.mkpath(QStringLiteral("."));
    const QString file = name + QLatin1Char('-') + m_desktop->settings().appearance() + QLatin1Char('-') +
                         m_desktop->settings().language() + QStringLiteral(".png");
    const QPixmap image = window->grab();
    QVERIFY(image.save(folder.filePath(file)));
    const QStringList cut = clipped(window);
    QVERIFY2(cut.isEmpty(), qPrintable(file + QStringLiteral(": ") + cut.join(QStringLiteral("; "))));
  }
  void look(QWidget* window, const QString& name) {
    for (const char* appearance : {"light", "dark"}) {
      for (const char* language : {"en", "zh_CN", "zh_TW"}) {
        m_desktop->settings().setAppearance(QLatin1String(appearance));
        m_desktop->settings().setLanguage(QLatin1String(language));
        QTest::qWait(1);
        [&] {
          QTRY_VERIFY_WITH_TIMEOUT(clipped(window).isEmpty(), 3000);
        }();  // layouts settle when they like
        picture(window, name);
        QStringList nameless;
        collectNameless(QAccessible::queryAccessibleInterface(window), nameless);
        QVERIFY2(nameless.isEmpty(),
                 qPrintable(name + QStringLiteral(": ") + nameless.join(QStringLiteral("; "))));
      }
    }
    m_desktop->settings().setAppearance(QStringLiteral("light"));
    m_desktop->settings().setLanguage(QStringLiteral("en"));
  }
  void converse() {
    dropPicture();
    ask(QStringLiteral("What is in this picture?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    ask(QStringLiteral("Where is the yellow circle?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
  }

 private slots:
  void initTestCase() { QAccessible::setActive(true); }
  void init() { begin(); }
  void cleanup() { end(); }

  void welcome() {
    open({});
    // The card of the demo model is part of the page.
    LoadOptions demo;
    demo.model = QStringLiteral("demo");
    m_desktop->session().open(demo);
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->session().state(), ModelSession::State::kReady, kPatienceMs);
    look(&m_desktop->window(), QStringLiteral("welcome"));
  }

  void conversation() {
    open({QStringLiteral(
        "answer=The yellow circle is here: [0.4, 0.6, 0.54, 0.75]. A **red circle** is beside it.")});
    converse();
    look(&m_desktop->window(), QStringLiteral("chat"));
  }

  void failedAnswerAndOpenEdit() {
    open({QStringLiteral("memory_at=3")});
    ask(QStringLiteral("What is in this picture?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    QTest::mouseClick(widget(1)->findChild<QToolButton*>(QStringLiteral("messageMore")), Qt::LeftButton);
    QTest::keyClick(&m_desktop->window(), Qt::Key_E, Qt::ControlModifier);
    QVERIFY(widget(0)->findChild<QPlainTextEdit*>(QStringLiteral("editText")) != nullptr);
    look(&m_desktop->window(), QStringLiteral("failed"));
  }

  void search() {
    open({QStringLiteral(
        "answer=The yellow circle is below the blue square, and a red circle is beside it.")});
    converse();
    find<QLineEdit>("searchWords")->setText(QStringLiteral("circle"));
    QTRY_VERIFY_WITH_TIMEOUT(find<QListWidget>("hits")->count() >= 3, kPatienceMs);
    look(&m_desktop->window(), QStringLiteral("search"));
  }

  void form() {
    open({QStringLiteral("answer={\"colour\": \"red\", \"shape\": \"circle\"}")});
    converse();
    press("formatButton");
    auto* kind = find<QComboBox>("formatKind");
    kind->setCurrentIndex(kind->findData(QStringLiteral("json_fields")));
    auto* fields = find<QTableWidget>("formatFields");
    fields->item(0, 0)->setText(QStringLiteral("shape"));
    press("formatAddField");
    fields->setCurrentCell(1, 0);
    fields->item(1, 0)->setText(QStringLiteral("colour"));
    auto* type = qobject_cast<QComboBox*>(fields->cellWidget(1, 1));
    type->setCurrentIndex(type->findData(QStringLiteral("choice")));
    fields->item(1, 2)->setText(QStringLiteral("red, green, blue, yellow"));
    look(&m_desktop->window(), QStringLiteral("format"));
  }

  void sampling() {
    open({});
    press("samplingButton");
    press("presetMore");
    look(&m_desktop->window(), QStringLiteral("sampling"));
  }

  void settings() {
    open({});
    m_desktop->window().showPage(QStringLiteral("settings"));
    QTRY_VERIFY_WITH_TIMEOUT(find<QComboBox>("device")->count() == 3, kPatienceMs);
    QVERIFY(find<QComboBox>("device")->currentText().contains(
        QStringLiteral("Scripted device")));  // not the rasteriser
    look(&m_desktop->window(), QStringLiteral("settings"));
  }

  void captions() {
    open({});
    m_desktop->window().showPage(QStringLiteral("captions"));
    look(&m_desktop->window(), QStringLiteral("captions"));
  }

  void models() {
    open({});
    m_desktop->window().showPage(QStringLiteral("models"));
    QTRY_VERIFY(!find<QLabel>("modelStatus")->text().isEmpty());
    const QString english = find<QLabel>("modelStatus")->text();
    m_desktop->settings().setLanguage(QStringLiteral("zh_CN"));
    QTRY_VERIFY(find<QLabel>("modelStatus")->text() != english);
    look(&m_desktop->window(), QStringLiteral("models"));
    find<QTabWidget>("modelTabs")->setCurrentIndex(1);
    look(&m_desktop->window(), QStringLiteral("hub"));
  }

  void log() {
    open({});
    m_desktop->window().showPage(QStringLiteral("settings"));
    press("showLog");
    auto* window = find("logWindow");
    QTRY_VERIFY(window->isVisible());
    look(window, QStringLiteral("log"));
  }

  void pictureWindow() {
    open({});
    dropPicture();
    QTest::mouseClick(find("composer")->findChild<QToolButton*>(QStringLiteral("thumbnail")), Qt::LeftButton);
    auto* window = find("pictureWindow");
    QTRY_VERIFY(window->isVisible());
    look(window, QStringLiteral("picture"));
  }

  void dropping() {
    open({});
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(drawnPicture(m_folder->path()))});
    QDragEnterEvent enter(QPoint(200, 200), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(find("chatPage"), &enter);
    QVERIFY(find("dropHint")->isVisible());
    picture(&m_desktop->window(), QStringLiteral("drop"));
  }

  void shortcuts() {
    open({});
    QTest::keyClick(&m_desktop->window(), Qt::Key_F1);
    auto* window = find("shortcutsWindow");
    QTRY_VERIFY(window->isVisible());
    look(window, QStringLiteral("shortcuts"));
  }

  void troubleBanner() {
    openWith(std::make_unique<EngineProcess>(QStringLiteral("/no/such/engine"), QStringList()),
             QStringLiteral("x"));
    auto* text = find("engineBanner")->findChild<QLabel*>(QStringLiteral("bannerText"));
    QTRY_VERIFY_WITH_TIMEOUT(text->isVisible(), kPatienceMs);
    look(&m_desktop->window(), QStringLiteral("trouble"));
  }

  /// As screen readers do: the lines as they are shown, one after another, and all of the answer is in them.
  void anAnswerIsReadLineByLine() {
    open({QStringLiteral("answer=A red circle is beside a blue square of **another** size."),
          QStringLiteral("tokens=120")});
    ask(QStringLiteral("What is in this picture?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(widget(1)->text());
    QVERIFY(accessible != nullptr);
    QAccessibleTextInterface* text = accessible->textInterface();
    QVERIFY(text != nullptr);
    const QString answer = path().back().text;
    QCOMPARE(text->text(0, text->characterCount()), answer);
    const QTextLayout* shown = widget(1)->text()->document()->begin().layout();
    QVERIFY2(shown->lineCount() > 2, qPrintable(QString::number(shown->lineCount())));
    int begin = 0;
    int end = 0;
    for (int index = 0; index < shown->lineCount(); ++index) {
      const QTextLine line = shown->lineAt(index);
      const QString words = answer.mid(line.textStart(), line.textLength());
      const int last = line.textStart() + line.textLength() - 1;
      for (const int at : {line.textStart(), line.textStart() + line.textLength() / 2, last}) {
        QCOMPARE(text->textAtOffset(at, QAccessible::LineBoundary, &begin, &end).trimmed(), words.trimmed());
        QCOMPARE(begin, line.textStart());
        QVERIFY(end > last || (end == last && answer[last].isSpace()));
      }
    }
  }

  /// Tab goes to every control and comes back.
  void everythingIsReachedByKeyboard() {
    open({QStringLiteral("answer=A red circle.")});
    converse();
    for (const char* page : {"chat", "captions", "models", "settings"}) {
      m_desktop->window().showPage(QLatin1String(page));
      QSet<const QWidget*> missing;
      for (const QWidget* widget : m_desktop->window().findChildren<QWidget*>()) {
        // Of buttons that exclude each other, the chosen one has the focus; arrow keys go to the others.
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        const bool other = button != nullptr && button->group() != nullptr && button->group()->exclusive() &&
                           !button->isChecked();
        if (widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) &&
            widget->focusProxy() == nullptr && !other)
          missing.insert(widget);
      }
      QVERIFY(missing.size() > 3);
      for (int step = 0; step < 300 && !missing.isEmpty(); ++step) {
        QWidget* at = QApplication::focusWidget();
        QVERIFY(at != nullptr);
        missing.remove(at);
        QTest::keyClick(at, Qt::Key_Tab);
      }
      QStringList names;
      for (const QWidget* widget : missing)
        names.append(QLatin1String(widget->metaObject()->className()) + QLatin1Char(' ') +
                     widget->objectName());
      QVERIFY2(missing.isEmpty(),
               qPrintable(QLatin1String(page) + QStringLiteral(": ") + names.join(QStringLiteral("; "))));
    }
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::WindowsTest)
#include "windows_test.moc"
