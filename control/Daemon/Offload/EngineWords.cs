using System.Globalization;
using IpsecDp.Engines;

namespace IpsecDp.Daemon.Offload;

/// <summary>Dispatch controls as an operator reads them.</summary>
public static class EngineWords
{
    /// <summary>How a pool works, in a sentence without its stop.</summary>
    public static string Describe(EnginePoolModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!model.IpSecurity)
        {
            return "ZIIP NOIPSECURITY: nothing is eligible, general threads seal and open";
        }

        return model.Engines == 0
            ? "run to completion: general threads seal and open, and the report projects what would have moved"
            : string.Create(CultureInfo.InvariantCulture, $"engine pool: {model.Engines} specialty engines seal and open what has {model.Rule.SmallestJob} octets or more, {Rule(model)}");
    }

    private static string Rule(EnginePoolModel model)
    {
        var rule = model.Rule;
        var help = rule.HonorPriority
            ? string.Create(CultureInfo.InvariantCulture, $"IIPHONORPRIORITY=YES, ZIIPAWMT={rule.AlternateWait.TotalMicroseconds:0}{(rule.KeepsWhatIsDearer ? ", what moving makes dearer stays under overload" : string.Empty)}")
            : "IIPHONORPRIORITY=NO";
        var kept = rule.HonorPriority && rule.KeptToEngines.Count > 0 ? $" but NO for {string.Join(", ", rule.KeptToEngines.Select(ServiceClasses.NameOf))}" : string.Empty;
        return $"{help}{kept}, {(model.QueuesByClass ? "queues by class" : "one queue")}, delivered by {(model.Delivery == DeliveryRule.ByEngine ? "the engine" : "a general thread")}{(model.FollowsWork ? ", on the processor most work comes from" : string.Empty)}";
    }
}
