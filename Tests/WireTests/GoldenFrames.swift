/// Every sample's frame in hex, by the sample's name.
///
/// Written by `DUET_RECORD_FRAMES=1 swift test --filter GoldenFrameTests`.
let goldenFrames: [String: String] = [
    "FromPeer.register": """
        080112fd010a086770752d372fc3a410ffffffffffffffffff011a086e6f64652de6b0b420ffffff
        ff072a0a6475657420302e312e30323208a08d0610ffffffff071880808080808080102207008080
        8080c0022a0c0a076c6963656e736510dc0b2a060a046e766d653a0c08011208696e676573742f2a
        3a0e0802120a67656e65726174652f2a3a0b0803120773636f72652f2a3a0a0804120672616e6b2f
        2a4200420b0a047a6f6e651203613d624a0877616e2d312e3362520d090010000000010000100118
        01521c09002000000001000010ffffffff0718808080800420012880b89929521709ffffffffffff
        ff7f10ffffffff0718808080800420025801
        """,
    "FromPeer.register with the least": """
        080112130a01772a0a6475657420302e312e3032020801
        """,
    "FromPeer.heartbeat": """
        08011a6a08ffffffffffffffffff0110ffffffffffffffffff011a0d090010000000010000100118
        011a1c09002000000001000010ffffffff0718808080800420012880b899291a1709ffffffffffff
        ff7f10ffffffff0718808080800420022200220877616e2d312e33622801
        """,
    "FromPeer.heartbeat of an idle worker": """
        08011a020801
        """,
    "FromPeer.reports": """
        080122ef040807123509ffffffffffffff7f10ffffffff0718808080800420ffffffffffffffffff
        012a0a77616e20322e3120c3a43080c0ddeec1023a00125e09ffffffffffffff7f10ffffffff0718
        808080800420ffffffffffffffffff012a0a77616e20322e3120c3a43080c0ddeec10242290a250a
        056a6f696e7412162f6172746966616374732f61622f616230312e6d70341a04616230310a001235
        09ffffffffffffff7f10ffffffff0718808080800420ffffffffffffffffff012a0a77616e20322e
        3120c3a43080c0ddeec102420012940109ffffffffffffff7f10ffffffff0718808080800420ffff
        ffffffffffffff012a0a77616e20322e3120c3a43080c0ddeec1024a5f0a0d0a0256511100000000
        000000800a0d0a024d511101000000000000000a0d0a02544111ffffffffffffefff0a2a1a286120
        c3a420e6b0b420f09f8eac20f09f91a9e2808df09f91a9e2808df09f91a72022200a2000207a0a04
        0a024151123509ffffffffffffff7f10ffffffff0718808080800420ffffffffffffffffff012a0a
        77616e20322e3120c3a43080c0ddeec1024a00126109ffffffffffffff7f10ffffffff0718808080
        800420ffffffffffffffffff012a0a77616e20322e3120c3a43080c0ddeec102522c0a286120c3a4
        20e6b0b420f09f8eac20f09f91a9e2808df09f91a9e2808df09f91a72022200a2000207a10011235
        09ffffffffffffff7f10ffffffff0718808080800420ffffffffffffffffff012a0a77616e20322e
        3120c3a43080c0ddeec1025200123509ffffffffffffff7f10ffffffff0718808080800420ffffff
        ffffffffffff012a0a77616e20322e3120c3a43080c0ddeec1025a00
        """,
    "FromPeer.reports of none": """
        08012200
        """,
    "FromPeer.goodbye": """
        08012a0b08ffffffffffffffffff01
        """,
    "Report.nothing": """
        09ffffffffffffff7f10ffffffff0718808080800420ffffffffffffffffff012a0a77616e20322e
        3120c3a43080c0ddeec1023a00
        """,
    "Report.files": """
        09ffffffffffffff7f10ffffffff0718808080800420ffffffffffffffffff012a0a77616e20322e
        3120c3a43080c0ddeec10242290a250a056a6f696e7412162f6172746966616374732f61622f6162
        30312e6d70341a04616230310a00
        """,
    "Report.files of none": """
        09ffffffffffffff7f10ffffffff0718808080800420ffffffffffffffffff012a0a77616e20322e
        3120c3a43080c0ddeec1024200
        """,
    "Report.scores": """
        09ffffffffffffff7f10ffffffff0718808080800420ffffffffffffffffff012a0a77616e20322e
        3120c3a43080c0ddeec1024a5f0a0d0a0256511100000000000000800a0d0a024d51110100000000
        0000000a0d0a02544111ffffffffffffefff0a2a1a286120c3a420e6b0b420f09f8eac20f09f91a9
        e2808df09f91a9e2808df09f91a72022200a2000207a0a040a024151
        """,
    "Report.scores of none": """
        09ffffffffffffff7f10ffffffff0718808080800420ffffffffffffffffff012a0a77616e20322e
        3120c3a43080c0ddeec1024a00
        """,
    "Report.failure": """
        09ffffffffffffff7f10ffffffff0718808080800420ffffffffffffffffff012a0a77616e20322e
        3120c3a43080c0ddeec102522c0a286120c3a420e6b0b420f09f8eac20f09f91a9e2808df09f91a9
        e2808df09f91a72022200a2000207a1001
        """,
    "Report.failure without words": """
        09ffffffffffffff7f10ffffffff0718808080800420ffffffffffffffffff012a0a77616e20322e
        3120c3a43080c0ddeec1025200
        """,
    "Report.returned": """
        09ffffffffffffff7f10ffffffff0718808080800420ffffffffffffffffff012a0a77616e20322e
        3120c3a43080c0ddeec1025a00
        """,
    "ToPeer.welcome": """
        0801120e08ffffffff07100118e80720904e
        """,
    "ToPeer.refused": """
        08011a2a0a286120c3a420e6b0b420f09f8eac20f09f91a9e2808df09f91a9e2808df09f91a72022
        200a2000207a
        """,
    "ToPeer.alive": """
        080122020801
        """,
    "ToPeer.unknown": """
        08012a00
        """,
    "ToPeer.assign": """
        080132860408ffffffffffffffffff0112730a070802120377616e120877616e2d312e336218ffff
        ffff0720808080808080801028d00f3080808080c0023a0c0a076c6963656e736510e8074080dddb
        014a2c7b227374657073223a35302c2267756964616e6365223a352e352c2273697a65223a223833
        3278343830227d58ffffffff0712040a020801122a0a0b08031207712d616c69676e1207712d616c
        69676e18f40340014a027b7d5202565152005203e6b0b41a3c090000000000010000100118012a03
        702d3032286120c3a420e6b0b420f09f8eac20f09f91a9e2808df09f91a9e2808df09f91a7202220
        0a2000207a1a45090010000000010000100118012a03702d3132286120c3a420e6b0b420f09f8eac
        20f09f91a9e2808df09f91a9e2808df09f91a72022200a2000207a39ffffffffffffffff1a450900
        20000000010000100118012a03702d3232286120c3a420e6b0b420f09f8eac20f09f91a9e2808df0
        9f91a9e2808df09f91a72022200a2000207a3900000000000000801a260901000000000100001001
        1801200142150a05766964656f120c2f636c6970732f312e6d70341a5e09020000000001000010ff
        ffffff0718808080800420022a017032286120c3a420e6b0b420f09f8eac20f09f91a9e2808df09f
        91a9e2808df09f91a72022200a2000207a49ffffffffffffff7f520f0a05766964656f12022f761a
        023030
        """,
    "ToPeer.assign of none": """
        080132020801
        """,
    "ToPeer.cancel": """
        08013a170a1509ffffffffffffff7f10ffffffff07188080808004
        """,
    "ToPeer.acknowledge": """
        080142100a0e0001ac02ffffffffffffffffff01
        """,
    "ToPeer.drain": """
        08014a020801
        """,
    "ToPeer.drain no more": """
        08014a00
        """,
    "ToPeer.stop": """
        08015200
        """,
    "Request.hello": """
        080132021200
        """,
    "Request.submit": """
        080132900108011a8b0108ffffffffffffffffff01122c7b226e616d65223a2264c3bc6574222c22
        73656564223a31383434363734343037333730393535313631357d1a001a4c0a03702d3112286120
        c3a420e6b0b420f09f8eac20f09f91a9e2808df09f91a9e2808df09f91a72022200a2000207a1a0c
        2f636c6970732f312e6d7034220d2f636c6970732f312e666c61632001
        """,
    "Request.submit of nothing": """
        0801320408021a00
        """,
    "Request.campaign": """
        0801320d080322090a076e696768746c79
        """,
    "Request.campaign resume": """
        08013209080322050a01311001
        """,
    "Request.campaign cancel": """
        080132300803222c0a286120c3a420e6b0b420f09f8eac20f09f91a9e2808df09f91a9e2808df09f
        91a72022200a2000207a1002
        """,
    "Request.campaign kill": """
        08013206080322021003
        """,
    "Request.worker": """
        0801320b08042a070a056770752d31
        """,
    "Request.worker uncordon": """
        0801320908042a050a01371001
        """,
    "Request.worker stop": """
        0801323908ffffffffffffffffff012a2c0a286120c3a420e6b0b420f09f8eac20f09f91a9e2808d
        f09f91a9e2808df09f91a72022200a2000207a1002
        """,
    "Query.campaigns": """
        08013206080532020a00
        """,
    "Query.campaign": """
        080132300805322c122a0a286120c3a420e6b0b420f09f8eac20f09f91a9e2808df09f91a9e2808d
        f09f91a72022200a2000207a
        """,
    "Query.tasks": """
        08013228080532241a220a013112066661696c65641a0573636f726520ffffffff0728ffffffffff
        ffffff7f
        """,
    "Query.tasks unfiltered": """
        080132110805320d1a0b2880808080808080808001
        """,
    "Query.task": """
        080132110805320d220b0880808080808080808001
        """,
    "Query.workers": """
        08013206080532022a00
        """,
    "Query.pairs": """
        0801321408053210320e0a01311080808080f8ffffffff01
        """,
    "Query.status": """
        08013206080532023a00
        """,
    "Reply.coordinator": """
        08015a28080112240803120a6475657420302e312e301a147463703a2f2f3132372e302e302e313a
        37343132
        """,
    "Reply.submitted": """
        08015a3c08021a38080112286120c3a420e6b0b420f09f8eac20f09f91a9e2808df09f91a9e2808d
        f09f91a72022200a2000207a180128ffffffffffffffff7f
        """,
    "Reply.submitted unchanged": """
        08015a0c08021a0808ffffffff072001
        """,
    "Reply.done": """
        08015a2e0803222a0a286120c3a420e6b0b420f09f8eac20f09f91a9e2808df09f91a9e2808df09f
        91a72022200a2000207a
        """,
    "Reply.answer": """
        08015a1108ffffffffffffffffff012a040a025b5d
        """,
    "Reply.problem": """
        08015a0408043200
        """,
    "Reply.problem usage": """
        08015a14080432100801120c6e6f2073756368206b696e64
        """,
    "Reply.problem not found": """
        08015a300804322c080212286120c3a420e6b0b420f09f8eac20f09f91a9e2808df09f91a9e2808d
        f09f91a72022200a2000207a
        """,
    "Reply.problem conflict": """
        08015a0e0804320a08031206706175736564
        """,
    "Event.campaign": """
        08ffffffffffffffff7f123808ffffffff07120668616c7465641a286120c3a420e6b0b420f09f8e
        ac20f09f91a9e2808df09f91a9e2808df09f91a72022200a2000207a
        """,
    "Event.worker": """
        08808080808080808080011a08080c12046c6f7374
        """,
    "Event.task": """
        221109ffffffffffffff7f12066661696c6564
        """,
]
