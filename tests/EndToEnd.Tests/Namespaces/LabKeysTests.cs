using System.Globalization;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Namespaces;

// One lab at a time: each of them uses every processor.
[Collection("labs in namespaces")]
public sealed class LabKeysTests : IDisposable
{
    private readonly string _capture = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.pcapng");
    private readonly string _keys = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose()
    {
        File.Delete(_capture);
        File.Delete(_keys);
        File.Delete(IkeKeys);
    }

    [Theory]
    [InlineData("udp", 4, "aes-128-gcm-16")]
    [InlineData("esp", 6, "aes-256-cbc+hmac-sha2-256-128")]
    public void Capture_GivenTheKeys_IsDecryptedByTshark(string encapsulation, int family, string suite)
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        Assert.SkipUnless(File.Exists("/usr/bin/tshark"), "needs tshark");
        var (exitCode, output, errors) = HostProgram.Run(
            "lab", "--namespaces", "--json", "--seconds", "0.5", "--encap", encapsulation, "--family", $"{family}", "--suite", suite, "--pcap", _capture, "--keys-file", _keys);
        Assert.True(exitCode == 0, $"{errors}{output}");
        Assert.Contains("WARNING", errors, StringComparison.Ordinal);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(_keys) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        var keys = File.ReadAllLines(_keys);
        Assert.Equal(2, keys.Length);
        foreach (var inner in new[] { "ip.addr==10.91.0.1 && icmp.type==0", "icmpv6.type==129", "udp.dstport==12001", "tcp.dstport==16000" })
        {
            Assert.True(Count(keys, inner) > 0, inner);
            // The twin: without the keys nothing of it is seen.
            Assert.Equal(0, Count([], inner));
        }
    }

    [Fact]
    public void CaptureOfANegotiation_GivenTheKeys_IsDecryptedByTshark()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        Assert.SkipUnless(File.Exists("/usr/bin/tshark"), "needs tshark");
        var (exitCode, output, errors) = HostProgram.Run(
            "lab", "--namespaces", "--json", "--seconds", "0.5", "--pcap", _capture, "--keys-file", _keys, "--ike-keys-file", IkeKeys);
        Assert.True(exitCode == 0, $"{errors}{output}");
        Assert.Contains($"WARNING: the keys of this run are written to {IkeKeys}", errors, StringComparison.Ordinal);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(IkeKeys) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        var (esp, ike) = (File.ReadAllLines(_keys), Assert.Single(File.ReadAllLines(IkeKeys)));
        Assert.Equal(2, esp.Length);
        Assert.True(Count(esp, "icmp.type==0") > 0);
        foreach (var (keys, isRead) in new[] { ($"-ouat:ikev2_decryption_table:{ike}", true), ("-n", false) })
        {
            var auth = Shell.Run("tshark", "-n", "-r", _capture, keys, "-Y", "isakmp.exchangetype == 35 && isakmp.typepayload == 39", "-T", "fields", "-e", "frame.number");
            Assert.Equal(isRead, auth.Length > 0);
        }
    }

    [Theory]
    [InlineData("--ike-keys-file", "FILE", "belongs to --namespaces")]
    [InlineData("--namespaces", "--keys", "manual", "--ike-keys-file", "FILE", "take --keys ike")]
    public void KeysOfIke_WhereThereIsNone_AreRefused(params string[] words)
    {
        var (exitCode, _, errors) = HostProgram.Run(["lab", .. words[..^1].Select(word => word == "FILE" ? IkeKeys : word)]);
        Assert.Equal(2, exitCode);
        Assert.Contains(words[^1], errors, StringComparison.Ordinal);
        Assert.False(File.Exists(IkeKeys));
    }

    private string IkeKeys => $"{_keys}.ike";

    private int Count(string[] keys, string filter)
    {
        string[] table = [.. keys.SelectMany(line => new[] { "-o", $"uat:esp_sa:{line}" })];
        var output = Shell.Run("tshark", ["-r", _capture, "-o", "esp.enable_encryption_decode:TRUE", .. table, "-Y", $"esp && {filter}", "-T", "fields", "-e", "frame.number"]);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => int.Parse(line, CultureInfo.InvariantCulture)).Distinct().Count();
    }
}
