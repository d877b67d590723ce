using System.Text.Json;

namespace EndToEnd.Tests.Namespaces;

// One lab at a time: each of them uses every processor.
[Collection("labs in namespaces")]
public class LabNamespacesTests
{
    private static readonly string[] Classes = ["ee-signalling", "ee-network", "ee-high", "ee-medium", "ee-low", "bulk", "echo", "datagram"];

    // The DSCP of EE's ports (RFC 2353: precedence 6, 4, 2, 1) and of everything else.
    private static readonly string[] Dscps = ["48", "32", "16", "8", "0"];

    [Theory]
    [InlineData("udp", 4, "aes-128-gcm-16")]
    [InlineData("udp", 6, "aes-256-gcm-16")]
    [InlineData("esp", 4, "aes-256-cbc+hmac-sha2-256-128")]
    [InlineData("esp", 6, "chacha20-poly1305")]
    public void Lab_EachEncapsulationAndFamily_LosesNothingAndShowsNothing(string encapsulation, int family, string suite)
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var lab = HostProgram.Start("lab", "--namespaces", "--json", "--seconds", "1.5", "--encap", encapsulation, "--family", $"{family}", "--suite", suite);
        var (exitCode, output, errors) = lab.Finish();
        Assert.True(exitCode == 0, $"{errors}{output}");
        using var document = JsonDocument.Parse(output);
        var root = document.RootElement;
        Assert.Equal(1, root.GetProperty("schema").GetInt32());
        Assert.Equal(suite, root.GetProperty("suite").GetString());
        Assert.Equal("tunnel", root.GetProperty("mode").GetString());
        Assert.Equal("ike", root.GetProperty("keys").GetString());
        Assert.Contains($"ESP {suite}, tunnel mode{(encapsulation == "udp" ? " in UDP" : "")}", root.GetProperty("agreed").GetString(), StringComparison.Ordinal);
        Assert.True(root.GetProperty("wire").GetProperty("ike").GetInt64() > 0);
        RequireSoundTraffic(root);
        RequireSilentWire(root.GetProperty("wire"), encapsulation, family);
        Assert.Equal(0, root.GetProperty("memory").GetProperty("outstandingBuffers").GetInt32());
        var cpu = root.GetProperty("cpu");
        Assert.True(cpu.GetProperty("specialtySeconds").GetDouble() + cpu.GetProperty("eligibleOnGeneralSeconds").GetDouble() > 0);
        LabTraces.RequireNone(lab.Id);
    }

    [Fact]
    public void Lab_SuiteThatDoesNotEncrypt_IsReadableAndSaysSo()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        var (exitCode, output, errors) = HostProgram.Run("lab", "--namespaces", "--json", "--seconds", "1", "--suite", "null+hmac-sha2-256-128");
        Assert.True(exitCode == 0, $"{errors}{output}");
        using var document = JsonDocument.Parse(output);
        // The twin of every other suite's 0: the same search finds what is there.
        Assert.True(document.RootElement.GetProperty("wire").GetProperty("readable").GetInt64() > 0);
    }

    private static void RequireSoundTraffic(JsonElement root)
    {
        var packets = root.GetProperty("packets");
        Assert.True(packets.GetProperty("offered").GetInt64() > 0);
        Assert.Equal(packets.GetProperty("offered").GetInt64(), packets.GetProperty("delivered").GetInt64());
        foreach (var fault in new[] { "lost", "reordered", "corrupted" })
        {
            Assert.Equal(0, packets.GetProperty(fault).GetInt64());
        }

        var classes = root.GetProperty("classes").EnumerateArray().ToDictionary(c => c.GetProperty("name").GetString()!, c => c.GetProperty("delivered").GetInt64());
        Assert.Equal(Classes.Order(), classes.Keys.Order());
        Assert.All(classes.Values, delivered => Assert.True(delivered > 0));
        Assert.True(root.GetProperty("throughputBitsPerSecond").GetDouble() > 0);
        Assert.Empty(root.GetProperty("drops").EnumerateObject());
    }

    private static void RequireSilentWire(JsonElement wire, string encapsulation, int family)
    {
        Assert.Equal(encapsulation, wire.GetProperty("encapsulation").GetString());
        Assert.Equal(family, wire.GetProperty("family").GetInt32());
        Assert.True(wire.GetProperty("espPackets").GetInt64() > 0);
        Assert.Equal(0, wire.GetProperty("inClear").GetInt64());
        Assert.Equal(0, wire.GetProperty("readable").GetInt64());
        var seen = wire.GetProperty("byDscp").EnumerateObject().Select(entry => entry.Name).ToHashSet();
        Assert.Superset(Dscps.ToHashSet(), seen);
    }
}
