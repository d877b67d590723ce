using System.Globalization;
using System.Text;
using IpsecDp.Ports.Divert;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>A capture's rules for one IP version as iptables-restore(8) reads them: each table is one transaction, in which own chains are filled anew and earlier jumps are exchanged.</summary>
internal sealed class RuleText(NfqueueOptions options, DivertPlan plan, IpVersion version)
{
    // What the u32 match looks at: the word behind the UDP header, and the protocol of the packet an ICMP error quotes.
    private const string MarkerV4 = "0>>22&0x3C@8=0";
    private const string MarkerV6 = "48=0";
    private const string QuotesEspV4 = "0>>22&0x3C@16>>16&0xFF=50:51";
    private const string QuotesEspV6 = "52>>8&0xFF=50:51";

    // A precedence above routine: the upper three bits of TOS, and of the traffic class.
    private const string MarkedV4 = "0>>21&0x7=1:7";
    private const string MarkedV6 = "0>>25&0x7=1:7";

    // A keepalive is one octet of payload (RFC 3948 §2.3).
    private const int KeepaliveLengthV4 = 29;
    private const int KeepaliveLengthV6 = 49;

    // What is agreed with any peer uses this one (RFC 7296 §2.23).
    private const int EncapsulationPort = 4500;

    private const int RouterSolicitation = 133;
    private const int NeighborAdvertisement = 136;

    private bool IsV4 => version == IpVersion.V4;

    /// <summary>The whole input; <paramref name="found"/> are the jumps into our chains that exist, as iptables-save(8) prints them.</summary>
    public string Write(IReadOnlyList<FoundJump> found)
    {
        var text = new StringBuilder();
        WriteTable(text, "mangle", found, (RuleNames.Leaving, LeavingRules()));
        WriteTable(text, "raw", found, (RuleNames.Arriving, ArrivingRules()), (RuleNames.Sealed, SealedRules()));
        return text.ToString();
    }

    /// <summary>The input that removes all of it.</summary>
    public static string WriteRemoval(IReadOnlyList<FoundJump> jumps, IReadOnlyList<(string Table, string Chain)> chains)
    {
        var text = new StringBuilder();
        foreach (var table in RuleNames.Jumps.Select(jump => jump.Table).Distinct())
        {
            var own = chains.Where(chain => chain.Table == table).ToArray();
            if (own.Length == 0)
            {
                continue;
            }

            Line(text, $"*{table}");
            Forget(text, table, jumps);
            foreach (var (_, chain) in own)
            {
                Line(text, $"-F {chain}");
            }

            foreach (var (_, chain) in own)
            {
                Line(text, $"-X {chain}");
            }

            Line(text, "COMMIT");
        }

        return text.ToString();
    }

    /// <summary>How many rules <see cref="Write"/> installs, jumps included.</summary>
    public int Count => LeavingRules().Count + ArrivingRules().Count + SealedRules().Count + RuleNames.Jumps.Count;

    /// <summary>The rules of what leaves.</summary>
    public IReadOnlyList<string> LeavingRules()
    {
        var rules = new List<string>
        {
            $"{Mark(options.SentMark)} -j RETURN",
            $"{Mark(options.InjectedMark)} -o lo -j RETURN",
            // It is clear, and only the loopback may carry it.
            $"{Mark(options.InjectedMark)} -j DROP",
            "-o lo -j RETURN",
        };
        AddExemptions(rules, "sport");
        Take(rules, plan.Outbound, isOutbound: true, Targets(options.MarkedTcpQueue(0), options.TcpQueue(0)), Targets(options.MarkedOtherQueue(0), options.OtherQueue(0)));
        return rules;
    }

    /// <summary>The rules of what arrives.</summary>
    public IReadOnlyList<string> ArrivingRules()
    {
        var rules = new List<string> { "-i lo -j RETURN" };
        if (plan.Protected.Any(flow => flow.Local.Version == version && flow.UdpPort is not null) || plan.LeavesIke)
        {
            // A later fragment shows no port. That a rule with this match exists, never reached as it is, makes the kernel join fragments before any rule sees them (nf_defrag_ipv4_enable).
            rules.Add("-i lo -p udp -m socket -j RETURN");
        }

        AddExemptions(rules, "dport");
        var targets = Targets(options.SortsArrivals ? options.MarkedInboundQueue(0) : null, options.InboundQueue(0));
        foreach (var flow in plan.Protected.Where(flow => flow.Local.Version == version).Distinct())
        {
            var addresses = $"-s {flow.Remote} -d {flow.Local}";
            if (flow.UdpPort is { } port)
            {
                // The socket of that port receives them, many at a time.
                rules.Add(string.Create(CultureInfo.InvariantCulture, $"{addresses} -p udp -m udp --dport {port} -j RETURN"));
                continue;
            }

            AddEach(rules, $"{addresses} -p esp", targets);
            AddEach(rules, $"{addresses} -p ah", targets);
        }

        IpAddress[] fromAny = [.. plan.ProtectedFromAny.Where(local => local.Version == version)];
        foreach (var local in fromAny)
        {
            rules.Add(string.Create(CultureInfo.InvariantCulture, $"-d {local} -p udp -m udp --dport {EncapsulationPort} -j RETURN"));
            AddEach(rules, $"-d {local} -p esp", targets);
            AddEach(rules, $"-d {local} -p ah", targets);
        }

        foreach (var local in plan.Protected.Where(flow => flow.Local.Version == version && flow.UdpPort is null).Select(flow => flow.Local).Union(fromAny))
        {
            var match = IsV4
                ? $"-d {local} -p icmp -m icmp --icmp-type fragmentation-needed -m u32 --u32 \"{QuotesEspV4}\""
                : $"-d {local} -p icmpv6 -m icmp6 --icmpv6-type packet-too-big -m u32 --u32 \"{QuotesEspV6}\"";
            AddEach(rules, match, targets);
        }

        Take(rules, plan.Inbound, isOutbound: false, targets, targets);
        return rules;
    }

    // IKE and encapsulated ESP stay tracked, or a firewall would not know the answers for answers.
    private IReadOnlyList<string> SealedRules() => [$"{Mark(options.SentMark)} -p esp -j CT --notrack", $"{Mark(options.SentMark)} -p ah -j CT --notrack"];

    // Without neighbours there is no packet at all, and none of these came over a router (RFC 4861 §7.1, RFC 4301 §5).
    // RFC 7296 §2.23: on port 4500 four octets of 0 tell IKE from ESP.
    private void AddExemptions(List<string> rules, string ownPort)
    {
        for (var type = RouterSolicitation; !IsV4 && type <= NeighborAdvertisement; type++)
        {
            rules.Add(string.Create(CultureInfo.InvariantCulture, $"-p icmpv6 -m icmp6 --icmpv6-type {type} -m hl --hl-eq 255 -j RETURN"));
        }

        // A NAT gives the peer another port than its own, this host's stays what it is.
        rules.Add($"-p udp -m udp --{ownPort} 500 -j RETURN");
        rules.Add($"-p udp -m udp --{ownPort} 4500 -m u32 --u32 \"{(IsV4 ? MarkerV4 : MarkerV6)}\" -j RETURN");
        rules.Add(string.Create(CultureInfo.InvariantCulture, $"-p udp -m udp --{ownPort} 4500 -m length --length {(IsV4 ? KeepaliveLengthV4 : KeepaliveLengthV6)} -j RETURN"));
    }

    private void Take(List<string> rules, IReadOnlyList<TrafficSelector> selectors, bool isOutbound, string[] tcpTargets, string[] otherTargets)
    {
        var own = selectors.Where(selector => selector.Local.First.Version == version).Distinct().ToArray();
        var wanted = own.Where(selector => !own.Any(other => other != selector && Holds(other, selector))).ToArray();
        foreach (var selector in wanted)
        {
            if (selector.Protocol is null && tcpTargets != otherTargets)
            {
                Add(rules, selector, IpProtocol.Tcp, isOutbound, tcpTargets);
            }

            Add(rules, selector, selector.Protocol, isOutbound, selector.Protocol == IpProtocol.Tcp ? tcpTargets : otherTargets);
        }
    }

    private static void Add(List<string> rules, TrafficSelector selector, byte? protocol, bool isOutbound, string[] targets)
    {
        AddEach(rules, SelectorMatch.Of(selector, protocol, isOutbound).TrimStart(), targets);
        if (SelectorMatch.OfFragments(selector, protocol, isOutbound) is { Length: > 0 } fragments)
        {
            AddEach(rules, fragments.TrimStart(), targets);
        }
    }

    private static void AddEach(List<string> rules, string match, string[] targets)
    {
        foreach (var target in targets)
        {
            var rule = $"{match} {target}".TrimStart();
            if (!rules.Contains(rule))
            {
                rules.Add(rule);
            }
        }
    }

    private static bool Holds(TrafficSelector outer, TrafficSelector inner) =>
        outer.Local.Contains(inner.Local) && outer.Remote.Contains(inner.Remote)
        && (outer.Protocol is null || outer.Protocol == inner.Protocol)
        && (outer.Protocol is null || Holds(outer.LocalPorts, inner.LocalPorts)) && (outer.Protocol is null || Holds(outer.RemotePorts, inner.RemotePorts));

    private static bool Holds(PortRange outer, PortRange inner) => outer.First <= inner.First && outer.Last >= inner.Last;

    // What is marked first; what follows a match that holds.
    private string[] Targets(ushort? firstMarked, ushort first) =>
        firstMarked is { } marked ? [$"-m u32 --u32 \"{(IsV4 ? MarkedV4 : MarkedV6)}\" {Target(marked)}", Target(first)] : [Target(first)];

    // Flows are spread by a hash of their addresses, so that each keeps its order.
    private string Target(ushort first)
    {
        var queues = options.Queues == 1
            ? string.Create(CultureInfo.InvariantCulture, $"-j NFQUEUE --queue-num {first}")
            : string.Create(CultureInfo.InvariantCulture, $"-j NFQUEUE --queue-balance {first}:{first + options.Queues - 1}");
        return options.FailsOpen ? queues + " --queue-bypass" : queues;
    }

    private static string Mark(int mark) => string.Create(CultureInfo.InvariantCulture, $"-m mark --mark 0x{mark:x}");

    private static void WriteTable(StringBuilder text, string table, IReadOnlyList<FoundJump> found, params (string Chain, IReadOnlyList<string> Rules)[] chains)
    {
        Line(text, $"*{table}");
        foreach (var (chain, _) in chains)
        {
            Line(text, $":{chain} - [0:0]");
        }

        foreach (var (chain, rules) in chains)
        {
            foreach (var rule in rules)
            {
                Line(text, $"-A {chain} {rule}");
            }
        }

        Forget(text, table, found);
        foreach (var (_, builtIn, own) in RuleNames.Jumps.Where(jump => jump.Table == table))
        {
            Line(text, $"-I {builtIn} 1 -m comment --comment \"{RuleNames.Comment}\" -j {own}");
        }

        Line(text, "COMMIT");
    }

    private static void Forget(StringBuilder text, string table, IReadOnlyList<FoundJump> found)
    {
        foreach (var jump in found.Where(jump => jump.Table == table))
        {
            Line(text, $"-D {jump.Rule}");
        }
    }

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
