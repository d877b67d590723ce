using IpsecDp.TestKit.Divert;

namespace Windows.Tests.Library;

/// <summary>The real DLL through the shipped binding, against what it was once observed to say: a wrong argument or structure would show.</summary>
public sealed class GoldenFilterTests
{
    public GoldenFilterTests()
    {
        Installation.Require();
        Assert.SkipWhen(GoldenFolder.Hindrance is not null, GoldenFolder.Hindrance ?? "");
    }

    [Fact]
    public void Compile_EveryFilter_IsAnsweredAsObserved()
    {
        var compared = 0;
        foreach (var line in GoldenFolder.Lines("compile.jsonl").Where(line => line.TryGetProperty("filter", out _)))
        {
            var filter = line.GetProperty("filter").GetString()!;
            var seen = DllCalls.Compile(filter, line.GetProperty("layer").GetInt32());
            Assert.Equal((filter, line.GetProperty("ok").GetBoolean(), line.GetProperty("error").GetString(), line.GetProperty("errorPos").GetUInt32()), (filter, seen.IsTaken, seen.Error, seen.ErrorAt));
            if (seen.IsTaken)
            {
                Assert.Equal(line.GetProperty("object").GetString(), seen.Object);
                Assert.Equal(line.TryGetProperty("formatted", out var formatted) ? formatted.GetString() ?? string.Empty : string.Empty, seen.Formatted);
            }

            compared++;
        }

        Assert.True(compared > 250, $"{compared}");
    }

    [Fact]
    public void Evaluate_EveryFilterAndPacket_IsAnsweredAsObservedAndAsByTheTestsOwnLanguage()
    {
        var addresses = new Dictionary<(string, int, bool), DivertAddressImage>();
        var (compared, byLanguage, wrong) = (0, 0, new List<string>());
        foreach (var line in GoldenFolder.Lines("eval.jsonl"))
        {
            if (line.TryGetProperty("hex", out var hex))
            {
                addresses[(line.GetProperty("address").GetString()!, line.GetProperty("layer").GetInt32(), line.GetProperty("ipv6").GetBoolean())] = new(Convert.FromHexString(hex.GetString()!));
                continue;
            }

            if (!line.TryGetProperty("address", out var address))
            {
                continue;
            }

            var (filter, layer) = (line.GetProperty("filter").GetString()!, line.GetProperty("layer").GetInt32());
            var matches = line.GetProperty("match").EnumerateArray().Select(name => name.GetString()!).ToHashSet();
            DivertFilterProgram? program = !filter.Contains("random", StringComparison.Ordinal) && DivertFilterProgram.TryCompile(filter, layer, out var compiled) ? compiled : null;
            foreach (var (name, packet) in GoldenFolder.Packets)
            {
                var image = addresses[(address.GetString()!, layer, packet.Length > 0 && packet[0] >> 4 == 6)];
                var seen = DllCalls.Matches(filter, packet, image);
                compared++;
                byLanguage += program is null ? 0 : 1;
                if (seen != matches.Contains(name) || (program is not null && program.Matches(packet, image).GetValueOrDefault() != seen))
                {
                    wrong.Add($"{filter} | {address} | {name}: the DLL says {seen}");
                }
            }
        }

        Assert.True(compared > 50_000 && byLanguage > 50_000, $"{compared}, {byLanguage}");
        Assert.Empty(wrong);
    }
}
