using System.Diagnostics;
using System.Globalization;
using System.Net;
using IpsecDp.Adapters.Linux;
using IpsecDp.Handshakes.Parties;
using IpsecDp.Ike;
using IpsecDp.Peers.Contenders;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Handshakes.Measures;

/// <summary>Handshakes a second of the product and of strongSwan as responders to the product's initiator, over a veth pair, in turn.</summary>
internal static class Responders
{
    private const int Rounds = 3;
    private const int UnderWay = 32;
    private const int WarmUp = 500;
    private const int Connections = 16_384;
    private const string Link = "wire0";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly IPAddress Own = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Peer = IPAddress.Parse("192.0.2.2");

    /// <summary>Runs the rounds as root and prints; 1 where a handshake failed.</summary>
    public static int Run(TimeSpan round, TextWriter output)
    {
        var names = new RunIdentity("ipsecike");
        names.RemoveLeftovers(static left => Directory.Delete(left, recursive: true));
        var folder = Directory.CreateDirectory(RunIdentity.FolderOf(names.Own)).FullName;
        var (a, b) = (NamedNetworkNamespace.Create($"{names.Own}-A"), NamedNetworkNamespace.Create($"{names.Own}-B"));
        try
        {
            NamedNetworkNamespace.Join(a, Link, b, Link, 1500);
            Raise(a, Own);
            Raise(b, Peer);
            // kernel-libipsec asks for an address within its selectors.
            b.Ip("addr", "add", "10.2.0.1/32", "dev", "lo");
            var rival = new StrongSwan();
            return Compare(
                () => Measure(a, () => ResponderProcess.Product(b, Peer), round),
                () => Measure(a, () => ResponderProcess.Charon(b, Peer, folder), round),
                rival.Absence is { } absence ? $"{rival.Name} is absent: {absence}" : null,
                output);
        }
        finally
        {
            a.Remove();
            b.Remove();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Measures in turn and prints; who is absent is said so in a sentence, and the other is measured alone. 1 where a handshake failed.</summary>
    internal static int Compare(Func<ResponderReading> own, Func<ResponderReading> other, string? absence, TextWriter output)
    {
        if (absence is not null)
        {
            output.WriteLine(absence);
        }

        List<ResponderReading> ours = [], theirs = [];
        for (var i = 0; i < Rounds; i++)
        {
            ours.Add(own());
            if (absence is null)
            {
                theirs.Add(other());
            }
        }

        Print(output, "the product, no data plane", ours);
        if (absence is null)
        {
            Print(output, "strongSwan charon, kernel-libipsec", theirs);
            output.WriteLine($"ratio of handshakes a second {Ratio(ours, theirs, reading => reading.Rate)}, of the responder's CPU {Ratio(ours, theirs, reading => reading.ResponderCpu)} (median, least to most of {Rounds} pairs)");
        }

        return ours.Concat(theirs).Any(reading => reading.Failed > 0) ? 1 : 0;
    }

    private static ResponderReading Measure(NamedNetworkNamespace space, Func<ResponderProcess> start, TimeSpan round)
    {
        using var responder = start();
        var (made, failed, next) = (0, 0, UnderWay);
        SocketParty? party = null;
        IkeEvent? trouble = null;
        var model = Models.Initiator(IpAddress.From(Peer), 0, Connections, _ => IpAddress.From(Own));
        using var initiator = party = space.Run(() => new SocketParty(Own, model, happened =>
        {
            var (isMade, isLost) = (happened is IkeEvent.ChildInstalled, happened is IkeEvent.NegotiationFailed or IkeEvent.GivenUp or IkeEvent.Faulted);
            made += isMade ? 1 : 0;
            failed += isLost ? 1 : 0;
            trouble = isLost ? happened : trouble;
            if ((isMade || isLost) && next < Connections)
            {
                party!.Order(new IkeCommand.Initiate(Models.Name(next++), Models.Child));
            }
        }));
        for (var number = 0; number < UnderWay; number++)
        {
            party.Order(new IkeCommand.Initiate(Models.Name(number), Models.Child));
        }

        while (Volatile.Read(ref made) < WarmUp)
        {
            if (Volatile.Read(ref failed) > 0 || responder.Cpu > Patience)
            {
                throw new InvalidOperationException($"{failed} handshakes failed, {made} were made: {trouble}");
            }

            Thread.Sleep(10);
        }

        var (before, theirs, own, started) = (Volatile.Read(ref made), responder.Cpu, Cpu(), Stopwatch.GetTimestamp());
        Thread.Sleep(round);
        var (count, took) = (Volatile.Read(ref made) - before, Stopwatch.GetElapsedTime(started));
        return Volatile.Read(ref next) < Connections && count > 0
            ? new(count / took.TotalSeconds, (responder.Cpu - theirs).TotalMilliseconds / count, (Cpu() - own).TotalMilliseconds / count, Volatile.Read(ref failed))
            : throw new InvalidOperationException("a round that long needs more connections");
    }

    private static void Print(TextWriter output, string title, IReadOnlyCollection<ResponderReading> readings) => output.WriteLine(
        $"{title}: {Spread(readings.Select(reading => reading.Rate), "0")} handshakes a second; CPU ms a handshake: responder {Spread(readings.Select(reading => reading.ResponderCpu), "0.000")}, initiator {Spread(readings.Select(reading => reading.InitiatorCpu), "0.000")}; {readings.Sum(reading => reading.Failed)} failed");

    private static string Ratio(List<ResponderReading> ours, List<ResponderReading> theirs, Func<ResponderReading, double> figure) =>
        Spread(ours.Zip(theirs, (own, other) => figure(own) / figure(other)), "0.00");

    private static string Spread(IEnumerable<double> figures, string format)
    {
        var ordered = figures.Order().ToArray();
        return $"{ordered[ordered.Length / 2].ToString(format, CultureInfo.InvariantCulture)} ({ordered[0].ToString(format, CultureInfo.InvariantCulture)} to {ordered[^1].ToString(format, CultureInfo.InvariantCulture)})";
    }

    private static void Raise(NamedNetworkNamespace space, IPAddress address)
    {
        space.Ip("addr", "add", $"{address}/24", "dev", Link);
        space.Ip("link", "set", Link, "up");
    }

    private static TimeSpan Cpu()
    {
        using var own = Process.GetCurrentProcess();
        return own.TotalProcessorTime;
    }
}
