using System.Globalization;
using System.Security.Cryptography;
using IpsecDp.Host.Lab;
using IpsecDp.Host.Lab.Namespaces;
using IpsecDp.Ipsec.Sad;

namespace IpsecDp.Host.Measure.Namespaces;

/// <summary>The policy files of both hosts: a rule and a manual tunnel for each tunnel of the load, under random keys.</summary>
internal static class MeasuredPolicies
{
    private const uint FirstSpiToB = 0x0c00_0001;
    private const uint FirstSpiToA = 0x0d00_0001;
    private const int MostOctetsOfTunnel = 2048;

    /// <summary>Writes them into a folder only the owner may enter, and gives their paths.</summary>
    public static (string A, string B) Write(MeasuredPath path, LabOptions options, int tunnels, SecretFolder folder)
    {
        // Never grown, so that no copy with keys stays behind.
        using var textOfA = new MemoryStream(MostOctetsOfTunnel * (tunnels + 1));
        using var textOfB = new MemoryStream(MostOctetsOfTunnel * (tunnels + 1));
        foreach (var text in new[] { textOfA, textOfB })
        {
            LabPolicyText.Lines(text, ["IpFilterPolicy", "{", .. Enumerable.Range(0, tunnels).Select(static tunnel => $"IpFilterRuleRef {RuleOf(tunnel)}"), "}"]);
            LabPolicyText.WriteAction(text);
        }

        for (var tunnel = 0; tunnel < tunnels; tunnel++)
        {
            using var toB = new LabKeyring(options.Suite, FirstSpiToB + (uint)tunnel);
            using var toA = new LabKeyring(options.Suite, FirstSpiToA + (uint)tunnel);
            var (inner, outer) = (path.A.ApplicationOf(path.Family), path.DestinationOf(tunnel));
            LabPolicyText.WriteRule(textOfA, RuleOf(tunnel), $"{inner}", $"{outer}", NameOf(tunnel));
            LabPolicyText.WriteRule(textOfB, RuleOf(tunnel), $"{outer}", $"{inner}", NameOf(tunnel));
            LabPolicyText.WriteTunnel(textOfA, NameOf(tunnel), $"{path.A.Endpoint}", $"{path.B.Endpoint}", options, toB, toA);
            LabPolicyText.WriteTunnel(textOfB, NameOf(tunnel), $"{path.B.Endpoint}", $"{path.A.Endpoint}", options, toA, toB);
        }

        return (Save(folder, "a.policy", textOfA), Save(folder, "b.policy", textOfB));
    }

    /// <summary>What the lab's parts are asked for.</summary>
    public static LabOptions OptionsOf(MeasureOptions options, int engines) => new()
    {
        Suite = options.Suite,
        Mode = options.Mode,
        Family = options.Family,
        Engines = engines,
        // Two hosts with two general threads each share the machine, so nothing is bound.
        Engine = options.Choice with { General = options.Choice.General ?? 2, IsUnpinned = true },
        InNamespaces = true,
        Capture = options.Capture!.Value,
        IsInUdp = options.IsInUdp,
    };

    private static string Save(SecretFolder folder, string name, MemoryStream text)
    {
        var octets = text.GetBuffer().AsSpan(0, (int)text.Length);
        var path = folder.Write(name, octets);
        CryptographicOperations.ZeroMemory(octets);
        return path;
    }

    private static string RuleOf(int tunnel) => string.Create(CultureInfo.InvariantCulture, $"Rule{tunnel}");

    private static string NameOf(int tunnel) => string.Create(CultureInfo.InvariantCulture, $"tunnel-{tunnel}");
}
