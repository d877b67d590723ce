using IpsecDp.Handshakes.Measures;

const string Verbs = "bench/run ike handshake|memory|flood [number]: what a handshake costs, what 50000 IKE SAs hold, what a flood of 20000 first requests a second does";
try
{
    switch (args)
    {
        case ["ike", "handshake", .. var rest]:
            HandshakeCost.Run(Number(rest, 2000), Console.Out);
            return 0;
        case ["ike", "memory", .. var rest]:
            SessionMemory.Run(Number(rest, 50_000), Console.Out);
            return 0;
        case ["ike", "flood", .. var rest]:
            return Flood.Run(Number(rest, 20_000), Console.Out);
        default:
            throw new ArgumentException(Verbs);
    }
}
catch (ArgumentException mistake)
{
    Console.Error.WriteLine(mistake.Message);
    return 2;
}

static int Number(string[] rest, int otherwise) => rest switch
{
    [] => otherwise,
    [var text] when int.TryParse(text, out var number) && number > 0 => number,
    _ => throw new ArgumentException(Verbs),
};
