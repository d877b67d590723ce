using IpsecDp.Policy.Compile;

namespace IpsecDp.Fuzz.Targets;

/// <summary>The policy compiler: a model or errors, never both, never neither.</summary>
public sealed class PolicyTarget : IFuzzTarget
{
    private const int MostShown = 100;

    /// <inheritdoc/>
    public string Name => "policy";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        var isCompiled = PolicyCompiler.TryCompile(input, "fuzz", out var model, out var errors);
        using (model)
        {
            Promise.Holds(isCompiled == (model is not null), "a compiled policy has a model");
            Promise.Holds(isCompiled == errors.IsEmpty, "a refused policy says why");
            Promise.Holds(errors.Shown.Count <= MostShown, "errors are capped");
            Promise.Holds(errors.Shown.Zip(errors.Shown.Skip(1)).All(pair => pair.First.Position <= pair.Second.Position), "errors stand in the order of the text");
            if (model is null)
            {
                return;
            }

            Promise.Holds(PolicySummary.Write(model).Length > 0, "a policy can be summed up");
            Promise.Holds(model.Tunnels.All(tunnel => tunnel.Outbound.Count == tunnel.Inbound.Count && tunnel.Outbound.Count is 1 or 2), "both directions have the same layers");
            Promise.Holds(model.Tunnels.SelectMany(tunnel => tunnel.Outbound.Concat(tunnel.Inbound)).All(sa => sa.Spi > byte.MaxValue), "no SPI is reserved");
            Promise.Holds(model.Spd.Rules.All(rule => rule.Selectors.Count > 0), "every rule looks at something");
            Promise.Holds(model.DynamicTunnels.All(tunnel => model.Ike.Connections.Count(c => c.Name == tunnel.Connection && c.Children.Any(child => child.Name == tunnel.Name)) == 1), "every dynamic tunnel is a child of one connection");
            Promise.Holds(model.Ike.Connections.SelectMany(c => c.Children).All(child => child.Offers.Count > 0 && child.Selectors.Count is > 0 and < 256), "every child can be negotiated");
        }
    }
}
