using Dataplane.Tests.Adapters.Windows.Filters;
using IpsecDp.Adapters.Windows.Filters;
using IpsecDp.TestKit.Divert;

namespace Windows.Tests.Library;

/// <summary>Every filter the product makes of seeded plans, before the DLL that will have to take it.</summary>
public sealed class ProductFilterTests
{
    private const int Plans = 60;
    private const int PacketsOfAPlan = 100;
    private static readonly byte[] Ways = [0, DivertAddressImage.Outbound, DivertAddressImage.Outbound | DivertAddressImage.Loopback, DivertAddressImage.Impostor];

    public ProductFilterTests() => Installation.Require();

    [Fact]
    public void Filters_OfSeededPlans_AreTakenByTheDllAndMeanThereWhatTheTestsLanguageSays()
    {
        var (filters, compared, matched) = (0, 0, 0);
        for (var seed = 0; seed < Plans; seed++)
        {
            var random = new Random(seed);
            var plan = RandomPlans.Plan(random);
            var made = DivertFilters.Of(plan, handles: 1 + (seed % 4));
            var packets = Enumerable.Range(0, PacketsOfAPlan).Select(_ => RandomPlans.Packet(random, plan)).ToList();
            foreach (var filter in made.Outbound.Concat(made.Inbound).Concat(made.Protected).SelectMany(each => new[] { each.Text, each.Marked().Text }))
            {
                var compiled = DllCalls.Compile(filter, DivertFilterProgram.NetworkLayer);
                Assert.True(compiled.IsTaken, $"seed {seed}: {compiled.Error} at {compiled.ErrorAt} in {filter}");
                Assert.True(DivertFilterProgram.TryCompile(filter, DivertFilterProgram.NetworkLayer, out var program), filter);
                filters++;
                foreach (var (packet, index) in packets.Select((packet, index) => (packet, index)))
                {
                    var image = DivertAddressImage.Of(1, (byte)(Ways[index % Ways.Length] | (packet[0] >> 4 == 6 ? DivertAddressImage.V6 : 0)), 5);
                    var seen = DllCalls.Matches(compiled.Object, packet, image);
                    Assert.True(program.Matches(packet, image).GetValueOrDefault() == seen, $"seed {seed}: {Convert.ToHexString(packet)} with {image.Flags:x2}, the DLL says {seen}: {filter}");
                    compared++;
                    matched += seen ? 1 : 0;
                }
            }
        }

        Assert.True(filters > Plans && compared > 20_000 && matched > 200, $"{filters} filters, {compared} packets, {matched} matched");
    }

    [Fact]
    public void Compile_NegatedGroup_IsRefused()
    {
        // The form the product must never make; were it taken, the test above would prove nothing about refusals.
        var seen = DllCalls.Compile("outbound and not (tcp or udp)", DivertFilterProgram.NetworkLayer);
        Assert.False(seen.IsTaken);
        Assert.NotEmpty(seen.Error);
    }
}
