using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>Wireshark's dissector reads what the product negotiated with strongSwan by the files of keys it wrote.</summary>
public sealed class KeyLogTests : IDisposable
{
    private const string InsideA = "10.9.0.1";
    private const string InsideB = "10.9.0.2";
    private const string IkeTable = "ikev2_decryption_table";
    private const string EspTable = "esp_sa";

    // Wireshark reads on where the ICV is wrong, and one time in twenty the garbage looks like the payload it should be.
    private const string IsGenuine = " && !isakmp.ikev2.integrity_checksum";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipsecdp-keys-");

    private static readonly int[] KeyColumns = [2, 3, 5, 6];

    private static string? Hindrance => StrongSwanPeer.Hindrance ?? WireFile.Hindrance;

    private string IkeKeys => Path.Combine(_folder.FullName, "ike");

    private string EspKeys => Path.Combine(_folder.FullName, "esp");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("HowToEncrypt AES_GCM_16 KeyLength 256", "aes256gcm16-prfsha256-curve25519")]
    [InlineData("HowToEncrypt AES_CBC KeyLength 128\nHowToVerifyMsgs HMAC_SHA2_256_128", "aes128-sha256-curve25519")]
    public void Capture_WithTheFiles_IsRead_AndWithSpoiltOnesNot(string exchange, string ikeProposal)
    {
        Assert.SkipUnless(Hindrance is null, Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        spaces.B.Ip("addr", "add", $"{InsideB}/32", "dev", "lo");
        using var policy = new KeyExchangePolicyText("10.77.0.1", "10.77.0.2", InsideA, InsideB, exchange: $"{exchange}\nPseudoRandomFunction HMAC_SHA2_256\nDHGroup Group31");
        using var peer = new StrongSwanPeer(spaces.B, new SwanConnection { Ike = ikeProposal }.ToString());
        using var wire = new WireFile(spaces.A);
        using var host = new NegotiatedHost(spaces.A, policy, InsideA, InsideB, "udp", "--ike-keys-file", IkeKeys, "--keys-file", EspKeys);
        host.Await("IDP0150W WARNING: KEYS ARE WRITTEN TO");
        TunnelTraffic.Ping(spaces.A, InsideA, InsideB);
        peer.Control("--rekey", "--child", "inside");
        host.Await("IDP0017I", 2);
        peer.Control("--rekey", "--ike", "peers");
        host.Await("IDP0015I");
        TunnelTraffic.Ping(spaces.A, InsideA, InsideB);
        host.Stop();
        wire.Finish();

        var (ike, esp) = (File.ReadAllText(IkeKeys), File.ReadAllText(EspKeys));
        // Two IKE SAs, and two directions of two children.
        Assert.Equal((2, 4), (ike.Count(c => c == '\n'), esp.Count(c => c == '\n')));
        Assert.True(OperatingSystem.IsWindows() || (File.GetUnixFileMode(IkeKeys) | File.GetUnixFileMode(EspKeys)) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));

        // AUTH and the traffic of IKE_AUTH; SA, nonce and traffic of CREATE_CHILD_SA; delete of an IKE SA.
        foreach (var filter in new[] { "isakmp.exchangetype == 35 && isakmp.typepayload == 39", "isakmp.exchangetype == 36 && isakmp.typepayload == 33 && isakmp.typepayload == 44", "isakmp.exchangetype == 37 && isakmp.typepayload == 42" })
        {
            Assert.True(wire.Ask(filter + IsGenuine, ["frame.number"], (IkeTable, ike)).Count >= 2, filter);
            Assert.Empty(wire.Ask(filter, ["frame.number"]));
            Assert.Empty(wire.Ask(filter + IsGenuine, ["frame.number"], (IkeTable, Spoilt(ike))));
        }

        Assert.NotEmpty(wire.Ask("esp && icmp.type == 8", ["frame.number"], (EspTable, esp)));
        Assert.Empty(wire.Ask("esp && icmp.type == 8", ["frame.number"]));
    }

    [Fact]
    public void Files_NobodyAskedFor_AreNotWritten_AndOneThatExistsIsRefused()
    {
        Assert.SkipUnless(NetworkNamespaces.Hindrance is null, NetworkNamespaces.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var policy = new KeyExchangePolicyText("10.77.0.1", "10.77.0.2", InsideA, InsideB);
        using (var host = new NegotiatedHost(spaces.A, policy, InsideA, InsideB, "udp"))
        {
            Assert.Equal(0, host.Count("IDP0150W"));
            host.Stop();
        }

        Assert.Empty(_folder.EnumerateFiles());
        File.WriteAllText(IkeKeys, "somebody else's");
        var (exitCode, _, errors) = spaces.A.Run(() => Namespaces.HostProgram.Run("run", "--policy", policy.Path, "--address", $"{InsideA}/32", "--ike-keys-file", IkeKeys));
        Assert.Equal(1, exitCode);
        Assert.Contains("give the name of a file that does not exist", errors, StringComparison.Ordinal);
        Assert.Equal("somebody else's", File.ReadAllText(IkeKeys));
    }

    // Another digit in SK_ei and SK_er, and in SK_ai and SK_ar where the cipher leaves integrity to another.
    private static string Spoilt(string table) => string.Join('\n', table.Split('\n').Select(line =>
    {
        var columns = line.Split(',');
        foreach (var i in KeyColumns.Where(i => i < columns.Length && columns[i].Length > 0))
        {
            columns[i] = (columns[i][0] == '0' ? '1' : '0') + columns[i][1..];
        }

        return string.Join(',', columns);
    }));
}
