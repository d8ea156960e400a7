// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/chat_controller.h"

namespace lapilli::gui {
namespace {

constexpr int kTitleLength = 60;

QString titleOf(const QString& text, const QList<Attachment>& pictures) {
  const QString words = text.simplified();
  if (words.size() > kTitleLength) return words.left(kTitleLength - 1).trimmed() + QChar(0x2026);
  if (!words.isEmpty()) return words;
  return pictures.isEmpty() ? QString() : pictures.front().name;
}

/// What the engine told of an answer, without the text, which has its own place.
QJsonObject statsOf(const QJsonObject& answer) {
  QJsonObject stats = answer;
  stats.remove(QLatin1String("text"));
  stats.remove(QLatin1String("ids"));
  stats[QLatin1String("tokens")] = answer.value(QLatin1String("ids")).toArray().size();
  return stats;
}

double numberIn(const QJsonObject& object, const char* name) {
  return object.value(QLatin1String(name)).toDouble();
}

/// Of an answer that was written in two parts: how it began is of the first, how it ended of the last, and
/// counts and times are of both. Where the first part's are not known, those of the whole are not either.
QJsonObject joined(const QJsonObject& first, const QJsonObject& second) {
  QJsonObject stats = first;
  stats.remove(QLatin1String("error"));
  for (const char* name : {"stop_reason", "error"}) {
    if (second.contains(QLatin1String(name))) stats[QLatin1String(name)] = second.value(QLatin1String(name));
  }
  if (!stats.contains(QLatin1String("seed")) && second.contains(QLatin1String("seed")))
    stats[QLatin1String("seed")] = second.value(QLatin1String("seed"));
  if (!first.contains(QLatin1String("tokens")) || !second.contains(QLatin1String("tokens"))) {
    stats.remove(QLatin1String("tokens"));
    stats.remove(QLatin1String("timings"));
    return stats;
  }
  const double tokens = numberIn(first, "tokens") + numberIn(second, "tokens");
  stats[QLatin1String("tokens")] = tokens;
  QJsonObject timings = first.value(QLatin1String("timings")).toObject();
  const QJsonObject later = second.value(QLatin1String("timings")).toObject();
  double seconds = 0;
  for (const auto& [part, times] : {std::pair(first, timings), std::pair(second, later)}) {
    const double speed = numberIn(times, "decode_tokens_per_second");
    if (speed > 0) seconds += numberIn(part, "tokens") / speed;
  }
  if (seconds > 0) timings[QLatin1String("decode_tokens_per_second")] = tokens / seconds;
  timings[QLatin1String("decode_ms")] = numberIn(timings, "decode_ms") + numberIn(later, "decode_ms");
  stats[QLatin1String("timings")] = timings;
  return stats;
}

}  // namespace

QJsonObject AskSettings::toJson() const {
  QJsonObject object = sampling.toJson();
  if (!format.isEmpty()) object[QLatin1String("format")] = format;
  if (!aspect.isEmpty()) object[QLatin1String("aspect")] = aspect;
  if (!orientation.isEmpty()) object[QLatin1String("orientation")] = orientation;
  return object;
}

AskSettings AskSettings::fromJson(const QJsonObject& object) {
  return {.sampling = Sampling::fromJson(object),
          .format = object.value(QLatin1String("format")).toObject(),
          .aspect = object.value(QLatin1String("aspect")).toString(),
          .orientation = object.value(QLatin1String("orientation")).toString()};
}

ChatController::ChatController(ChatStore& store, JobHost& host, ModelSession& session, QObject* parent)
    : QObject(parent), m_store(store), m_host(host), m_session(session) {
  connect(&host, &JobHost::tokens, this, [this](JobHost::JobId job, const QString& text) {
    const auto running = m_running.constFind(job);
    if (running == m_running.constEnd()) return;
    m_store.appendText(running->message, text);
    for (Message& message : m_path) {
      if (message.id != running->message) continue;
      message.text += text;
      emit textAdded(message.id, text);
    }
  });
  connect(&host, &JobHost::finished, this, &ChatController::finish);
  connect(&host, &JobHost::failed, this, &ChatController::fail);
  connect(&host, &JobHost::note, this,
          [this](JobHost::JobId job, const QString& code, const QString& message) {
            if (m_running.contains(job) && m_running[job].chat == m_chat) emit noted(code, message);
          });
}

template <class Value>
bool ChatController::check(const Result<Value>& result) {
  if (result.ok()) return true;
  emit problem(QString::fromStdString(result.error().message()));
  return false;
}

void ChatController::openChat(ChatId chat) {
  m_chat = chat;
  reload();
  emit chatChanged(chat);
}

void ChatController::reload() {
  m_path.clear();
  if (m_chat != 0) {
    const auto path = m_store.activePath(m_chat);
    if (check(path)) m_path = *path;
  }
  emit pathChanged();
  emit answeringChanged(isAnswering());
}

bool ChatController::isAnswering() const {
  return !m_path.isEmpty() && m_path.back().status == MessageStatus::Generating;
}

bool ChatController::send(const QString& text, const QList<Attachment>& pictures,
                          const AskSettings& settings) {
  if (text.trimmed().isEmpty() && pictures.isEmpty()) return false;
  const bool fresh = m_chat == 0;
  if (fresh) {
    const auto made = m_store.createChat({.title = titleOf(text, pictures),
                                          .model = m_session.options().model,
                                          .settings = settings.toJson()});
    if (!check(made)) return false;
    m_chat = *made;
  }
  const MessageId parent = m_path.isEmpty() ? 0 : m_path.back().id;
  const auto question = m_store.addMessage({.chat = m_chat,
                                            .parent = parent,
                                            .role = MessageRole::User,
                                            .text = text.trimmed(),
                                            .attachments = pictures});
  if (!check(question)) {
    // A chat without its question would only stand in the way.
    if (fresh) static_cast<void>(m_store.deleteChats({std::exchange(m_chat, 0)}).ok());
    return false;
  }
  check(m_store.changeChat(m_chat, {.settings = settings.toJson()}));
  if (fresh) emit chatChanged(m_chat);
  answer(*question, settings);
  return true;
}

/// The row stands before the engine hears of the question.
void ChatController::answer(MessageId question, const AskSettings& settings) {
  QJsonObject params = settings.toJson();
  params[QLatin1String("model")] = m_session.name();
  const auto row = m_store.addMessage({.chat = m_chat,
                                       .parent = question,
                                       .role = MessageRole::Assistant,
                                       .status = MessageStatus::Generating,
                                       .params = params,
                                       .format = settings.format});
  reload();
  if (!check(row) || m_path.isEmpty()) return;
  QList<Message> conversation = m_path;
  conversation.removeLast();
  ask(*row, conversation, settings, {});
}

void ChatController::ask(MessageId message, const QList<Message>& conversation, const AskSettings& settings,
                         const Message& begun) {
  stopChat(m_chat);
  AskOptions options{.messages = {},
                     .sampling = settings.sampling,
                     .format = settings.format,
                     .aspect = settings.aspect,
                     .orientation = settings.orientation,
                     .begun = begun.text};
  for (const Message& part : conversation) {
    AskMessage sent{.fromUser = part.role == MessageRole::User, .text = part.text, .images = {}};
    for (const Attachment& picture : part.attachments)
      sent.images.append(m_store.objects().path(picture.sha256));
    options.messages.append(sent);
  }
  // A model that could not be loaded is tried again, which is what the user wants.
  if (m_session.state() == ModelSession::State::kFailed) m_session.reopen();
  m_running.insert(m_host.ask(options), {.message = message, .chat = m_chat, .begun = begun});
}

void ChatController::regenerate(MessageId message, const AskSettings& settings) {
  for (const Message& found : m_path) {
    if (found.id == message)
      return answer(found.role == MessageRole::User ? message : found.parent, settings);
  }
}

bool ChatController::edit(MessageId question, const QString& text, const AskSettings& settings) {
  for (const Message& message : m_path) {
    if (message.id != question) continue;
    const auto made = m_store.addMessage({.chat = m_chat,
                                          .parent = message.parent,
                                          .role = MessageRole::User,
                                          .text = text.trimmed(),
                                          .attachments = message.attachments});
    if (!check(made)) return false;
    answer(*made, settings);
    return true;
  }
  return false;
}

void ChatController::goOn(MessageId answered) {
  if (m_path.isEmpty() || m_path.back().id != answered || isAnswering()) return;
  if (!check(m_store.resumeMessage(answered))) return;
  reload();
  QList<Message> conversation = m_path;
  const Message begun = conversation.takeLast();
  AskSettings asBegun = AskSettings::fromJson(begun.params);
  asBegun.format = begun.format;
  const QJsonValue seed = begun.stats.value(QLatin1String("seed"));
  if (!asBegun.sampling.seed && seed.isDouble())
    asBegun.sampling.seed = static_cast<quint64>(seed.toInteger());
  ask(answered, conversation, asBegun, begun);
}

void ChatController::step(MessageId message, int direction) {
  const auto siblings = m_store.siblings(message);
  if (!check(siblings)) return;
  const qsizetype to = siblings->indexOf(message) + direction;
  if (to >= 0 && to < siblings->size()) showMessage(siblings->at(to));
}

void ChatController::showMessage(MessageId message) {
  const auto found = m_store.message(message);
  if (!check(found) || !check(m_store.activate(message))) return;
  if (found->chat != m_chat) {
    openChat(found->chat);
  } else {
    reload();
  }
}

void ChatController::stop() {
  if (!isAnswering()) return;
  for (auto at = m_running.begin(); at != m_running.end(); ++at) {
    if (at->message == m_path.back().id) return m_host.stop(at.key());
  }
}

void ChatController::stopChat(ChatId chat) {
  for (auto at = m_running.cbegin(); at != m_running.cend(); ++at) {
    if (at->chat == chat) m_host.stop(at.key());
  }
}

void ChatController::finish(JobHost::JobId job, const QJsonObject& result) {
  if (!m_running.contains(job)) return;
  const Running running = m_running.take(job);
  const QJsonObject answer = result.value(QLatin1String("answer")).toObject();
  const bool stopped = answer.value(QLatin1String("stop_reason")) == QLatin1String("stopped");
  QJsonObject stats = statsOf(answer);
  if (!running.begun.text.isEmpty()) stats = joined(running.begun.stats, stats);
  MessageEnd ended{.status = stopped ? MessageStatus::Stopped : MessageStatus::Done, .stats = stats};
  if (running.begun.text.isEmpty()) ended.text = answer.value(QLatin1String("text")).toString();
  end(running, ended);
}

void ChatController::fail(JobHost::JobId job, const Failure& failure) {
  if (!m_running.contains(job)) return;
  const Running running = m_running.take(job);
  if (failure.code == QLatin1String("stopped"))
    return end(running, {.status = MessageStatus::Stopped, .text = {}, .stats = running.begun.stats});
  const QJsonObject error{{QStringLiteral("code"), failure.code},
                          {QStringLiteral("message"), failure.message},
                          {QStringLiteral("place"), failure.place}};
  QJsonObject stats{{QStringLiteral("error"), error}};
  if (!running.begun.text.isEmpty()) stats = joined(running.begun.stats, stats);
  end(running, {.status = MessageStatus::Failed, .text = {}, .stats = stats});
}

void ChatController::end(const Running& running, const MessageEnd& ended) {
  // What could not be written is kept by the store, which says so itself.
  const auto finished = m_store.finishMessage(running.message, ended);
  if (!finished.ok() && finished.error().code() == ErrorCode::kInvalidArgument) check(finished);
  if (running.chat == m_chat) reload();
}

}  // namespace lapilli::gui
