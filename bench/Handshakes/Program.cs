using System.Net;
using IpsecDp.Adapters;
using IpsecDp.Handshakes.Measures;
using IpsecDp.Handshakes.Parties;

const string Verbs = "bench/run ike handshake|memory|flood|responders [number]: what a handshake costs, what 50000 IKE SAs hold, what a flood of 20000 first requests a second does, and handshakes a second beside strongSwan in rounds of 3 seconds";
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
        case ["ike", "responders", .. var rest]:
            return Responders.Run(TimeSpan.FromSeconds(Number(rest, 3)), Console.Out);
        case ["ike", ResponderProcess.Verb, var own] when IPAddress.TryParse(own, out var address):
            ResponderProcess.Serve(address);
            return 0;
        default:
            throw new ArgumentException(Verbs);
    }
}
catch (ArgumentException mistake)
{
    Console.Error.WriteLine(mistake.Message);
    return 2;
}
catch (Exception failure) when (failure is InvalidOperationException or AdapterException)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}

static int Number(string[] rest, int otherwise) => rest switch
{
    [] => otherwise,
    [var text] when int.TryParse(text, out var number) && number > 0 => number,
    _ => throw new ArgumentException(Verbs),
};
