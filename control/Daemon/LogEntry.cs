using System.Globalization;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Spd;

namespace IpsecDp.Daemon;

/// <summary>What waits to be printed: a line, or a packet that met a logged rule, which becomes one only on the printing thread.</summary>
internal readonly record struct LogEntry(string? Line, FilterHit Hit)
{
    private const int FirstWarning = 100;

    /// <summary>The line.</summary>
    public override string ToString() => Line ?? Describe(Hit);

    /// <summary>A message with its identity, as <c>IDP0101W text</c>.</summary>
    public static string Format(DaemonMessage message, string text) =>
        string.Create(CultureInfo.InvariantCulture, $"IDP{(int)message:0000}{((int)message > FirstWarning ? 'W' : 'I')} {text}");

    private static string Describe(in FilterHit hit)
    {
        var isPermitted = hit.Refusal == DropReason.None;
        var verdict = isPermitted ? "permitted" : "denied";
        var reason = isPermitted ? "" : $", {hit.Refusal}";
        var way = hit.Direction == RuleDirection.Inbound ? "in" : "out";
        return Format(
            isPermitted ? DaemonMessage.FilterPermitted : DaemonMessage.FilterDenied,
            string.Create(CultureInfo.InvariantCulture, $"packet {verdict}: rule {hit.Rule}, {way}, {hit.Flow}, packets {hit.Packets}, octets {hit.Octets}{reason}"));
    }
}
