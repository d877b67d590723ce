namespace EndToEnd.Tests.Lab;

/// <summary><c>lab</c> in memory, as a user runs it.</summary>
public sealed class MemoryLabTests
{
    // Another system's clock may move in ticks, and of each thread a part of one in user and one in kernel mode is not seen.
    private const int ThreadsOfALab = 12;
    private const double TwoTicks = 0.02;

    [Theory]
    [InlineData("mixed")]
    [InlineData("ee")]
    [InlineData("bulk")]
    [InlineData("interactive")]
    public void Lab_EveryLoad_LosesAndChangesNothing(string load)
    {
        var run = ProgramRun.Of("lab", "--load", load, "--seconds", "2", "--json");
        RequireSound(run);
        Assert.Equal(load, run.Document.GetProperty("load").GetString());
    }

    [Theory]
    [InlineData("chacha20-poly1305", "transport", "4")]
    [InlineData("aes-256-cbc+hmac-sha2-256-128", "tunnel", "6")]
    [InlineData("aes-128-gmac", "tunnel", "4")]
    [InlineData("null+hmac-sha1-96", "transport", "6")]
    [InlineData("aes-256-ccm-8", "tunnel", "6")]
    [InlineData("aes-192-ctr+hmac-sha2-512-256", "transport", "4")]
    [InlineData("aes-128-cbc+aes-xcbc-96", "tunnel", "4")]
    public void Lab_SuiteModeAndFamily_AreUsed(string suite, string mode, string family)
    {
        var run = ProgramRun.Of("lab", "--suite", suite, "--mode", mode, "--family", family, "--seconds", "1", "--json");
        SkipWhatAnotherSystemLacks(suite, run);
        RequireSound(run);
        Assert.Equal((suite, mode), (run.Document.GetProperty("suite").GetString(), run.Document.GetProperty("mode").GetString()));
        Assert.Equal("ike", run.Document.GetProperty("keys").GetString());
        var agreed = run.Document.GetProperty("agreed").GetString();
        Assert.Contains($"ESP {suite}, {mode} mode", agreed, StringComparison.Ordinal);
        Assert.Contains("curve25519", agreed, StringComparison.Ordinal);
    }

    [Fact]
    public void Lab_KeysGiven_AgreesOnNothing()
    {
        var run = ProgramRun.Of("lab", "--keys", "manual", "--seconds", "1", "--json");
        RequireSound(run);
        Assert.Equal(("manual", null), (run.Document.GetProperty("keys").GetString(), run.Document.GetProperty("agreed").GetString()));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("2", 1)]
    public void Lab_Engines_DecideWhereSealingRuns(string engines, int isOffloaded)
    {
        var document = ProgramRun.Of("lab", "--engines", engines, "--seconds", "2", "--json").Document;
        var cpu = document.GetProperty("cpu");
        Assert.Equal(isOffloaded == 1, cpu.GetProperty("specialtySeconds").GetDouble() > 0);
        Assert.Equal(isOffloaded == 1, document.GetProperty("offload").GetProperty("ratio").GetDouble() > 0);
        if (isOffloaded == 0)
        {
            Assert.True(cpu.GetProperty("eligibleOnGeneralSeconds").GetDouble() > 0);
        }

        // The accounts and the remainder add up to the process; the remainder is what nobody answers for.
        var accounts = cpu.EnumerateObject().Where(account => account.Name != "processSeconds").Sum(account => account.Value.GetDouble());
        var process = cpu.GetProperty("processSeconds").GetDouble();
        Assert.InRange(accounts, process - 0.01, process + 0.01);
        var remainder = (0.05 * process) + (ProgramRun.Other is null ? 0 : ThreadsOfALab * TwoTicks);
        Assert.InRange(cpu.GetProperty("notAttributedSeconds").GetDouble(), -remainder, remainder);
    }

    [Fact]
    public void Lab_WithFaults_RefusesEachUnderItsNameAndDeliversTheRest()
    {
        var run = ProgramRun.Of("lab", "--fault", "corrupt=1%,duplicate=1%,reorder=5%", "--seconds", "3", "--json");
        Assert.True(run.ExitCode == 0, run.Errors + run.Output);
        var packets = run.Document.GetProperty("packets");
        Assert.Equal(0, packets.GetProperty("lost").GetInt64());
        Assert.Equal(0, packets.GetProperty("corrupted").GetInt64());
        Assert.True(packets.GetProperty("reordered").GetInt64() > 0);
        var drops = run.Document.GetProperty("drops");
        Assert.True(drops.GetProperty("IntegrityFailed").GetInt64() > 0);
        Assert.True(drops.GetProperty("Replayed").GetInt64() > 0);

        // A flipped bit may hit the SPI or the number; each packet that was not delivered has a name all the same.
        var refused = drops.EnumerateObject().Where(drop => drop.Name is not "Replayed").Sum(drop => drop.Value.GetInt64());
        Assert.InRange(refused, 1, packets.GetProperty("offered").GetInt64() - packets.GetProperty("delivered").GetInt64());
        Assert.Equal(0, run.Document.GetProperty("memory").GetProperty("outstandingBuffers").GetInt32());
    }

    [Fact]
    public void Lab_WithoutJson_PrintsTheReport()
    {
        var run = ProgramRun.Of("lab", "--seconds", "1");
        Assert.Equal(0, run.ExitCode);
        foreach (var part in new[] { "Security associations", "Traffic", "CPU time by account", "Offload", "offload ratio", "ee-network", "sound" })
        {
            Assert.Contains(part, run.Output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public void Lab_Capture_ShowsOnlyEspOnTheCipherSide()
    {
        var file = Path.Combine(Path.GetTempPath(), $"ipsecdp-lab-{Guid.NewGuid():N}.pcapng");
        try
        {
            var run = ProgramRun.Of("lab", "--seconds", "1", "--pcap", file, "--json");
            Assert.True(run.ExitCode == 0, run.Errors + run.Output);
            var packets = IpsecDp.TestKit.Packets.CaptureReader.ReadIpPackets(file).ToArray();
            Assert.True(packets.Length > 100);
            Assert.All(packets, packet => Assert.Equal(50, packet[9]));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData(2, "frob")]
    [InlineData(2, "lab", "--suite", "rot13")]
    [InlineData(2, "lab", "--engines", "-1")]
    [InlineData(2, "lab", "--engines", "many")]
    [InlineData(2, "lab", "--seconds", "0")]
    [InlineData(2, "lab", "--fault", "gremlins=1%")]
    [InlineData(2, "lab", "--suite", "3des-cbc+hmac-md5-96")]
    [InlineData(2, "lab", "--family", "5")]
    [InlineData(1, "lab", "--load", "no-such-load")]
    [InlineData(1, "lab", "--pcap", "/no/such/folder/file.pcapng", "--seconds", "1")]
    public void Program_WrongUse_SaysWhyAndEndsWithItsCode(int code, params string[] arguments)
    {
        var run = ProgramRun.Of(arguments);
        Assert.Equal(code, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.NotEmpty(run.Errors);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        Assert.Equal(code == 2, run.Errors.Contains("usage: ipsecdp", StringComparison.Ordinal));
    }

    [Fact]
    public void Lab_HelpOfEveryVerb_ShowsAnExample()
    {
        foreach (var verb in new[] { "lab", "run", "policy" })
        {
            var run = ProgramRun.Of(verb, "--help");
            Assert.Equal(0, run.ExitCode);
            Assert.Contains($"ipsecdp {verb}", run.Output, StringComparison.Ordinal);
        }
    }

    // The system these tests are built for has every suite; another one says what it lacks, and nothing else.
    private static void SkipWhatAnotherSystemLacks(string suite, ProgramRun run)
    {
        if (ProgramRun.Other is not null && run.Errors.Contains("is not available on this system", StringComparison.Ordinal))
        {
            Assert.Equal((1, string.Empty), (run.ExitCode, run.Output));
            Assert.Contains($"the suite {suite} ", run.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
            Assert.Skip($"the Windows build says that {suite} is not available on its system");
        }
    }

    private static void RequireSound(ProgramRun run)
    {
        Assert.True(run.ExitCode == 0, run.Errors + run.Output);
        var packets = run.Document.GetProperty("packets");
        Assert.True(packets.GetProperty("offered").GetInt64() > 0);
        Assert.Equal(packets.GetProperty("offered").GetInt64(), packets.GetProperty("delivered").GetInt64());
        foreach (var bad in new[] { "lost", "reordered", "corrupted" })
        {
            Assert.Equal(0, packets.GetProperty(bad).GetInt64());
        }

        Assert.Equal(0, run.Document.GetProperty("memory").GetProperty("outstandingBuffers").GetInt32());
        Assert.DoesNotContain(run.Document.GetProperty("drops").EnumerateObject(), drop => drop.Value.GetInt64() > 0);
    }
}
