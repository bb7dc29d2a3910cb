import Scheduling
import Wire

/// Rankings beside that of the campaign file, and which one is current.
///
/// The writer gives the rule a number, so that it never meets a submission that does the same; the
/// ranker's thread then reads, ranks and writes in one transaction, and answers.
extension CoordinatorLoop {
    mutating func askForRanking(
        _ request: Request, id: UInt64, route: Route
    ) throws(Problem) {
        switch request {
        case .rank(let selector, let wish):
            let campaign = try Selection.campaign(selector, among: campaignNames)
            try check(rankingName: wish.name)
            waitingWrites.append(
                .addRanking(
                    RankingWish(
                        campaign: campaign, name: campaignNames[campaign] ?? selector,
                        request: wish, route: route, id: id)))
        case .chooseRanking(let selector, let ranking):
            let campaign = try Selection.campaign(selector, among: campaignNames)
            waitingWrites.append(
                .choose(
                    ChoiceWish(
                        campaign: campaign, name: campaignNames[campaign] ?? selector,
                        ranking: ranking, route: route, id: id)))
        default: return
        }
    }

    private func check(rankingName name: String) throws(Problem) {
        if name.isEmpty { return }
        let isPlain = name.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || "0"..."9" ~= $0 || "-_.".contains("\($0)"))
        }
        let isNumber = name.allSatisfy(\.isNumber)
        guard isPlain, !isNumber, name.utf8.count <= 63, name.first != ".", name.first != "-"
        else {
            throw Problem(
                code: .usage,
                message: "'\(name)' cannot name a ranking; use at most 63 letters, digits, '-', "
                    + "'_' and '.', beginning with a letter, such as v2")
        }
    }

    mutating func noteAdded(_ wish: RankingWish, _ added: Result<TaskID, Problem>) {
        noteWritten(wish.campaign)
        switch added {
        case .success(let task):
            var wish = wish
            wish.task = task
            ranker.rank(wish)
        case .failure(let problem): reply(problem.reply, id: wish.id, route: wish.route)
        }
    }

    mutating func noteChosen(_ wish: ChoiceWish, _ chosen: Result<String, Problem>) {
        noteWritten(wish.campaign)
        switch chosen {
        case .success(let sentence):
            reply(.done(sentence), id: wish.id, route: wish.route)
            keeper.look()
        case .failure(let problem): reply(problem.reply, id: wish.id, route: wish.route)
        }
    }
}
