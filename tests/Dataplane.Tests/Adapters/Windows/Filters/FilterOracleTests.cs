using IpsecDp.TestKit.Divert;

namespace Dataplane.Tests.Adapters.Windows.Filters;

/// <summary>The tests' own filter language against what the real DLL said.</summary>
public sealed class FilterOracleTests
{
    [Fact]
    public void Compile_EveryObservedFilter_IsTakenOrRefusedAsByTheDll()
    {
        Assert.SkipWhen(GoldenFolder.Hindrance is not null, GoldenFolder.Hindrance ?? "");
        var checkedFilters = 0;
        foreach (var line in GoldenFolder.Lines("compile.jsonl").Where(line => line.TryGetProperty("filter", out _) && line.TryGetProperty("layer", out var layer) && layer.GetInt32() < 2))
        {
            var (filter, layer) = (line.GetProperty("filter").GetString()!, line.GetProperty("layer").GetInt32());
            if (filter.Contains("random", StringComparison.Ordinal))
            {
                // A hash of the driver's own, which no filter of ours asks for.
                continue;
            }

            Assert.True(DivertFilterProgram.TryCompile(filter, layer, out _) == line.GetProperty("ok").GetBoolean(), $"layer {layer}: {filter}");
            checkedFilters++;
        }

        Assert.True(checkedFilters > 200);
    }

    [Fact]
    public void Matches_EveryObservedFilterAndPacket_IsWhatTheDllSaid()
    {
        Assert.SkipWhen(GoldenFolder.Hindrance is not null, GoldenFolder.Hindrance ?? "");
        var addresses = new Dictionary<(string, int, bool), DivertAddressImage>();
        var (compared, wrong) = (0, new List<string>());
        foreach (var line in GoldenFolder.Lines("eval.jsonl"))
        {
            if (line.TryGetProperty("hex", out var hex))
            {
                addresses[(line.GetProperty("address").GetString()!, line.GetProperty("layer").GetInt32(), line.GetProperty("ipv6").GetBoolean())] = new(Convert.FromHexString(hex.GetString()!));
                continue;
            }

            var filter = line.GetProperty("filter").GetString()!;
            if (!line.TryGetProperty("address", out var address) || filter.Contains("random", StringComparison.Ordinal))
            {
                continue;
            }

            var layer = line.GetProperty("layer").GetInt32();
            Assert.True(DivertFilterProgram.TryCompile(filter, layer, out var program), filter);
            var matches = line.GetProperty("match").EnumerateArray().Select(name => name.GetString()!).ToHashSet();
            foreach (var (name, packet) in GoldenFolder.Packets)
            {
                var image = addresses[(address.GetString()!, layer, packet.Length > 0 && packet[0] >> 4 == 6)];
                compared++;
                if (program.Matches(packet, image).GetValueOrDefault() != matches.Contains(name))
                {
                    wrong.Add($"{filter} | {address} | {name}: the DLL says {matches.Contains(name)}");
                }
            }
        }

        Assert.True(compared > 50_000);
        Assert.Empty(wrong);
    }
}
