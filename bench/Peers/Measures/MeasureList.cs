using System.Globalization;
using System.Text.RegularExpressions;

namespace IpsecDp.Peers.Measures;

/// <summary>The measures by their names.</summary>
internal static partial class MeasureList
{
    /// <summary>What is measured unless told otherwise.</summary>
    public const string Standard = "tcp1,tcp4,udp1400gso,udp200,udp64,udp512,rtt,eertt";

    private const int LeastPacket = 48;
    private const int MostPacket = 1400;
    private const int MostStreams = 64;

    /// <summary>The measure of a name: tcpN, udpN or udpNgso, rtt, eertt; null when it is none.</summary>
    public static IMeasure? Find(string name) => Form().Match(name) is not { Success: true } match ? null
        : name == "rtt" ? new EchoMeasure()
        : name == "eertt" ? new PriorityEchoMeasure()
        : int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) is var number && match.Groups["tcp"].Success
            ? number is > 0 and <= MostStreams ? new StreamMeasure(number) : null
            : number is >= LeastPacket and <= MostPacket ? new DatagramMeasure(number, match.Groups["gso"].Success) : null;

    [GeneratedRegex(@"^((?<tcp>tcp)(?<number>\d{1,3})|udp(?<number>\d{1,4})(?<gso>gso)?|rtt|eertt)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
